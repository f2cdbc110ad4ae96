"""The index of what was written in conversations: which message has which words and facts (docs/decisions/0034-desk-search.md)."""
