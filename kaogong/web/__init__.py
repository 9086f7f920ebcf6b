"""The pages: thin. Facts come from queries, acts are operations; here are addresses, forms and templates."""
