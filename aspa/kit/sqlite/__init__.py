"""SQLite as one process of many threads uses it: they take turns to write.

SQLite itself lets a waiting writer sleep ever longer, up to a tenth of a second, and then try again; whoever comes by
in that moment goes first. A lock in the process wakes the next one at once.
"""
