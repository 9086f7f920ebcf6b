"""Three years of a province: 6,518,000 claims judged by ten rules, beside every other way to do it."""
