"""Finding an answer during a call: search, the operations manual, the glossary, cards and desk cards.

Words: *entry* (something that can be found: a lesson, a key point, a term, a page), *manual page* (a method, a flow or
a hard question, kept in revisions), *term* (of the glossary), *aid* (a mnemonic, a story or a flow of a lesson), *miss*
(a search without result).
"""
