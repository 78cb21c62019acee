"""The order, written once: hear → understand → plan → gate → ask or act; see `pipeline`.

Nothing is imported here: who wants one stage alone does not wait for all of them.
"""
