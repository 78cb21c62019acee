"""Configuration files: YAML with lines, inventory, people, imports, the first start."""
