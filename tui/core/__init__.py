"""The rules of the program: opening servers, loading, editing, saving, deleting.

Nothing here knows a terminal or HTTP.
"""
