"""What search keeps of its own. Everything here can be made anew from what it was made of, but synonyms and questions."""

from aspa.service.search.models.content import Asking, Dirty, Entry, State, Synonyms, Term

__all__ = ["Asking", "Dirty", "Entry", "State", "Synonyms", "Term"]
