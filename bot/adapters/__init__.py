"""One SDK per folder; its types never leave."""
