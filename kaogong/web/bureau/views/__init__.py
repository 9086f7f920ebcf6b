"""The bureau's pages, a module per noun."""
