"""Pages of money asked back."""
