"""From events to views to cards: what people see of a plan and its run."""
