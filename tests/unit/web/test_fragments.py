"""Texts of others in pieces of the page: shown as they are, filled in by nobody."""

from __future__ import annotations

from popcorn.web.fragments import coded, fragment, marked, plain

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


def test_code_between_backticks_is_set_as_code_and_everything_else_stays_a_text() -> None:
    assert coded("say `popcorn ask <x>` first") == "say <code>popcorn ask &lt;x&gt;</code> first"
    assert "`" not in marked("```sh\npopcorn web\n```\n\n- **one**\n- `two`")
    for hostile in (SCRIPT, f"`{SCRIPT}`", f"```\n{SCRIPT}\n```", f"**{SCRIPT}**"):
        for shown in (coded(hostile), marked(hostile)):
            assert not any(sign in shown for sign in ("<script", "<img", "$", "{"))
    for link in ("[a](http://x.example)", "![a](http://x.example/p.png)", "<http://x.example>", "http://x.example"):
        assert not any(sign in marked(link) for sign in ("<a", "<img", "href", "src"))
