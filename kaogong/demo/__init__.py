"""The synthetic city the product is shown, tested and measured with. Nobody in it lives."""
