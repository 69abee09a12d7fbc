"""The languages of the page, the report and the API: catalogues of texts, dates and numbers.

A language is one file, `translations/<code>/LC_MESSAGES/messages.po`. May import `contracts` only.
"""
