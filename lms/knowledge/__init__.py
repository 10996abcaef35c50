"""Finding an answer during a call: search, the operations manual, the glossary and desk cards.

Words: *entry* (something that can be found), *manual page*, *term* (of the glossary), *miss* (a search without result).
"""
