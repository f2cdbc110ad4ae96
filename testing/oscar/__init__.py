"""A real shop for the tests: django-oscar, with Aspa's chat on its pages and its orders sent to Aspa's API.

It is a process of its own with its own settings and database, as it would be at a customer's. `plugin` is all that a
shop of that kind needs; the rest is the shop.
"""
