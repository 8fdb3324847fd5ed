"""Makes the default model: eye and brain frozen, a nerve trained between them (stage one), exported and measured."""
