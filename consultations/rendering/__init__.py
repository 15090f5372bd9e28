"""A copy, drawn: HTML for the child's preview and the officer's page, and files to keep: HTML, PDF, text, JSON.

    as_html.fragment(copy, headings)     what the child said, as both the child's preview and the officer's page show it
    as_html.sheet(copy, branches)        the officer's page: the facts, what the child said, the codes proposed
    as_html.document(copy, branches)     the same as a file that stands alone and prints well
    as_pdf.document(copy, branches)      PDF/UA-1, A4
    as_text.fragment / document          the same two in plain text
    as_json.document(copy, branches)     for a case system; its shape is in the docstring

Every format is drawn from one layout (`layout`), so that the same answers stand in the same order under the same
marks everywhere. Whatever leaves says which copy it is, which sendings and question sets it comes from, and its hash.
"""
