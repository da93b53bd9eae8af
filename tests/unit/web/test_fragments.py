"""Texts of others in pieces of the page: shown as they are, filled in by nobody."""

from __future__ import annotations

from popcorn.web.fragments import fragment, plain

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)> ${alert(1)} {{value}}"


def test_a_text_makes_no_element_and_no_template_reads_it() -> None:
    shown = fragment("room.html", head=SCRIPT, text=SCRIPT)
    assert not any(sign in shown for sign in ("<script", "<img", "${", "{{", "$", "{"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "&#36;&#123;alert(1)}" in shown


def test_hidden_characters_are_taken_out_of_texts() -> None:
    assert "\u202e" not in plain("abc\u202egpj.exe")


def test_a_page_in_a_frame_is_an_attribute_and_nothing_else() -> None:
    framed = fragment("framed.html", title='a "trace"', page='<p>"quoted"</p><script>alert(1)</script>')
    assert framed.count("<") == 2  # the frame's own two tags
    assert 'sandbox title="a &#34;trace&#34;"' in framed
