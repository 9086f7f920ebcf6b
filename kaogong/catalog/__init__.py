"""Dated code tables: regions, occupations, industries, code lists, and what is subsidised where and when."""
