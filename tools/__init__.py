"""Scripts for maintainers; chapters never import them."""
