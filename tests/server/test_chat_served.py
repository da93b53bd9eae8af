"""`popcorn chat` with a language model behind the test server, in a terminal and from a pipe."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from published_runs import finished_run, score_of
from terminals import terminal

KEY = "sk-only-for-this-test"


@pytest.fixture
def chatting(own: Any, server: Any) -> Any:
    """A home of its own, a model of the test server's with a price, the quickest parts."""
    own.settings_file.write_text(
        f'[providers.lab]\nbase_url = "{server.url}"\nkey_variable = "LAB_KEY"\n'
        '[prices."lab:some-model"]\ninput = 1.0\noutput = 1.0\n'
        '[renderers."api:film"]\nbase_url = "http://127.0.0.1:9/v1"\nkey_variable = "LAB_KEY"\nprice = 0.5\n'
    )
    return own.set(
        POPCORN_LLM="lab:some-model", LAB_KEY=KEY, POPCORN_PREDICTOR="neighbours", POPCORN_ASPECT="1:1",
        PROMPT_TOOLKIT_NO_CPR="1", OMP_NUM_THREADS="1", no_proxy="127.0.0.1",
    )  # fmt: skip


def calling(answer: Any, name: str, **arguments: Any) -> Any:
    """An answer that calls a tool."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": f"call-{name}", "type": "function", "function": function}
    return answer(text="", message={"tool_calls": [call]}, finish="tool_calls")


def sent(server: Any) -> list[dict[str, Any]]:
    """The messages of the last call."""
    messages: list[dict[str, Any]] = server.asked[-1]["messages"]
    return messages


def test_a_model_calls_tools_and_its_words_come_as_a_stream(chatting: Any, server: Any, answer: Any) -> None:
    titles = [{"title": "Tacos at 2 am", "video_prompt": "Slow push-in"}, {"title": "The last taco"}]
    server.answers = [calling(answer, "compare_drafts", drafts=titles), answer(text="“The last taco” wins by far.")]
    with terminal(chatting) as chat:
        chat.shows("lab:some-model; animatic renders")
        chat.says("which is better?", "“The last taco” wins by far.")
        chat.says("/cost", "cost $0.0020 of $5")
        assert chat.leaves() == 0
    first, second = server.asked
    assert first["stream"] is True
    assert {tool["function"]["name"] for tool in first["tools"]} >= {"draft_video", "render_video", "score_popularity"}
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "tool"]
    assert '<data name="drafts">' in second["messages"][-1]["content"]
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert KEY not in chatting("threads", "export", "--json").stdout


def test_what_a_person_tells_of_their_clip_is_kept_after_a_question(chatting: Any, server: Any, answer: Any) -> None:
    run = finished_run(chatting.home, score_of(8), title="Street tacos, up close")
    finished_run(chatting.home, score_of(8), title="Otters at play")
    told = calling(answer, "add_feedback", about="up close", comments=1200, age_days=7)
    server.answers = [told, answer(text="Kept."), told, answer(text="It is kept.")]
    with terminal(chatting) as chat:
        chat.says("my tacos clip has 1.2k comments after a week", "keep 1,200 comments at 7 days")
        chat.says("n", "Kept.")
        assert chatting("trace", "show", run, "--json").data["feedback"] is None
        chat.says("mi clip de tacos tiene 1,2 mil comentarios después de una semana", "keep 1,200 comments at 7 days")
        chat.says("y", "It is kept.")
        assert chat.leaves() == 0
    assert [one["comments"] for one in chatting("trace", "show", run, "--json").data["feedback"]["counts"]] == [1200]


def test_ctrl_c_while_a_model_is_silent_stops_the_turn_and_the_next_one_is_whole(
    chatting: Any, server: Any, answer: Any
) -> None:
    server.answers = [answer(text="never heard", stall=30), answer(text="Here I am.")]
    with terminal(chatting) as chat:
        chat.says("hello")
        while not server.asked:
            chat.read()
        chat.types("\x03")
        chat.shows("stopped", 20)
        chat.says("still there?", "Here I am.")
        assert chat.leaves() == 0
    roles = [message["role"] for message in sent(server)]
    assert roles == ["system", "user", "assistant", "user"]
    assert sent(server)[2]["content"] == "(stopped by the person)"


def test_a_render_that_costs_money_asks_first_with_its_price(chatting: Any, server: Any, answer: Any) -> None:
    def asking() -> Any:
        return calling(answer, "render_video", title="Tacos", video_prompt="Steam over a griddle", renderer="api:film")

    server.answers = [asking(), answer(text="Not rendered, then."), asking(), answer(text="Rendered another way.")]
    with terminal(chatting) as chat:
        chat.says("render it with film", "$0.50")
        chat.says("no too dear", "Not rendered, then.")
        assert "The person declined this call: too dear" in sent(server)[-1]["content"]
        chat.says("render it", "$0.50")
        chat.says("renderer=nowhere=1=2 wings", "is neither yes, no nor changes")
        chat.says("renderer=animatic", "Rendered another way.")
        assert "Rendered 'Tacos' with animatic" in sent(server)[-1]["content"]
        chat.says("/cost", "renders 1 of 20")
        assert chat.leaves() == 0


def test_what_a_video_cost_counts_for_the_session(chatting: Any, server: Any, answer: Any) -> None:
    server.answers = [calling(answer, "make_video", request="street tacos at midnight", attempts=1)]
    with terminal(chatting) as chat:
        chat.says("make it", "files")
        chat.ready()
        calls = len(server.asked)
        chat.types("/cost\r")
        chat.shows(f"cost ${calls * 0.001:.4f} of $5")
        chat.says("/trace", "street tacos at midnight")
        assert chat.leaves() == 0
    assert calls > 3


def test_nobody_in_a_pipe_agrees_to_what_costs_money(chatting: Any, server: Any, answer: Any) -> None:
    call = calling(answer, "render_video", title="Tacos", video_prompt="Steam", renderer="api:film")
    server.answers = [call, answer(text="I was not allowed to.")]
    outcome = chatting("chat", stdin="render it\n")
    assert outcome.status == 0, str(outcome)
    assert "I was not allowed to." in outcome.stdout
    assert "nobody can be asked here" in outcome.stderr
    assert "--yes" in sent(server)[-1]["content"]


def test_a_cap_on_cost_ends_the_turn_before_the_next_call(chatting: Any, server: Any, answer: Any) -> None:
    dear = {"prompt_tokens": 2_400, "completion_tokens": 500, "total_tokens": 2_900}
    server.answers = [replace(calling(answer, "list_runs"), usage=dear), answer(text="Nothing yet.")]
    outcome = chatting("chat", "--max-cost", "0.003", stdin="what did we do?\n")
    assert outcome.status == 124, str(outcome)
    assert "of $0.003" in outcome.stderr
    assert len(server.asked) == 1
    again = chatting("chat", "--continue", "--max-cost", "0.004", stdin="again\n")
    assert again.status == 0, str(again)  # the cap is the session's, whatever the conversation has cost before
    messages = chatting("threads", "show", "--json").data["messages"][:-2]
    assert messages[-1]["role"] == "ai"
    assert messages[-1]["text"].startswith("(no answer: ")


def test_a_server_that_fails_ends_the_turn_with_a_sentence_and_not_the_session(
    chatting: Any, server: Any, answer: Any
) -> None:
    server.answers = [answer(status=401, body=b'{"error": {"message": "bad key"}}'), answer(text="Back again.")]
    with terminal(chatting) as chat:
        chat.says("hello", "error")
        chat.says("hello?", "Back again.")
        assert chat.leaves() == 0


def test_tools_that_are_called_wrongly_are_mended_by_the_model(chatting: Any, server: Any, answer: Any) -> None:
    server.answers = [
        calling(answer, "list_runs", since="tomorrow"),
        calling(answer, "fly", wings=2),
        calling(answer, "list_runs", since="2026-01-30"),
        answer(text="Nothing was made."),
    ]
    outcome = chatting("chat", stdin="what did we do?\n")
    assert outcome.status == 0, str(outcome)
    answers = [message["content"] for message in sent(server) if message["role"] == "tool"]
    assert "'tomorrow' is no day. Write a day as YYYY-MM-DD. Mend the arguments and try again." in answers[0]
    assert "fly" in answers[1]
    assert answers[2] == "No run fits."


def test_text_from_a_model_cannot_play_with_the_terminal(chatting: Any, server: Any, answer: Any) -> None:
    server.answers = [answer(text="a\x1b[2Jb\x1b]0;owned\x07c [bold]d[/bold]")]
    outcome = chatting("chat", stdin="hello\n")
    assert "\x1b" not in outcome.stdout
    assert "[bold]d[/bold]" in outcome.stdout


def streamed(answer: Any, *calls: dict[str, Any], finish: str = "tool_calls") -> Any:
    """An answer whose calls come in pieces: `id` and `name`, then the text of the arguments."""
    pieces: list[dict[str, Any]] = []
    for place, call in enumerate(calls):
        first = {"name": call.get("name", "list_runs"), "arguments": ""}
        pieces.append({"index": place, "id": call["id"], "type": "function", "function": first})
        pieces += [{"index": place, "function": {"arguments": one}} for one in call["args"]]
    return answer(text="", message={"tool_calls": pieces}, finish=finish)


def test_calls_that_broke_off_or_have_no_ids_are_mended_in_their_turn_and_the_next_turn_is_whole(
    chatting: Any, server: Any, answer: Any
) -> None:
    server.answers = [
        streamed(answer, {"id": "a", "name": "draft_video", "args": '{"request": "taco'}, finish="length"),
        streamed(answer, {"id": "b", "args": "{about: ]]"}, {"id": "b", "args": '{"about": "ta'}),
        streamed(answer, {"id": None, "args": '{"about": "tacos"}'}, {"id": None, "args": "{}"}),
        answer(text="Nothing was made.", finish="length"),
        answer(text="Good bye."),
    ]
    outcome = chatting("chat", stdin="what did we do?\nthank you\n")
    assert outcome.status == 0, str(outcome)
    assert outcome.stdout.count("was called in a wrong way") == 3
    first, later = outcome.stdout.split("! the reply was cut off at the model's limit\n")
    assert first.endswith("Nothing was made.\n")
    assert later.strip() == "Good bye."
    messages = sent(server)
    calls = [call for message in messages for call in message.get("tool_calls", ())]
    answers = [message for message in messages if message["role"] == "tool"]
    assert [one["tool_call_id"] for one in answers] == [call["id"] for call in calls]
    assert len({call["id"] for call in calls}) == 5
    assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in calls)
    told = [one["content"] for one in answers]
    assert "cut off at the model's limit, where its arguments were '{\"request\": \"taco'" in told[0]
    assert ["no JSON object" in one for one in told] == [False, True, True, False, False]
    assert told[3:] == ["No run fits."] * 2


def test_a_key_and_half_characters_in_a_reply_are_not_kept(chatting: Any, server: Any, answer: Any) -> None:
    server.answers = [
        streamed(answer, {"id": "a", "args": f'{{"about": "{KEY} \\ud83d"}}'}),
        answer(text=f"It is {KEY} \ud83d."),
        answer(text="Once more."),
    ]
    outcome = chatting("chat", stdin="say my key\nand again\n")
    assert outcome.status == 0, str(outcome)
    assert KEY not in json.dumps(sent(server))
    assert "It is [hidden] ?." in json.dumps(sent(server))
    exported = chatting("threads", "export", "--json").stdout
    assert KEY not in exported
    assert "[hidden] ?" in exported


def test_where_a_model_has_no_tools_the_router_speaks_and_the_model_drafts(
    chatting: Any, server: Any, answer: Any
) -> None:
    refusal = {"error": {"message": "some-model does not support tools"}}
    server.answers = [answer(status=400, body=json.dumps(refusal).encode())]
    with terminal(chatting) as chat:
        chat.shows("lab:some-model; animatic renders")
        chat.says("hello", "cannot call tools")
        chat.says("/model lab:some-model", "writes the drafts")
        chat.says("three hooks about street tacos", "tacos at midnight")
        assert chat.leaves() == 0
    assert "tools" in server.asked[0]
    assert all("street tacos" in asked["messages"][-1]["content"] for asked in server.asked[1:])
    assert len(server.asked) > 1


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', "cannot call tools"),
        ("This model's maximum context length is 2048 tokens. You requested 4900 tokens.", "takes in 2,048 tokens"),
    ],
    ids=["tools", "window"],
)
@pytest.mark.parametrize("status", [400, 200])
def test_a_server_that_cannot_hold_a_conversation_says_so_once_and_the_line_is_answered_all_the_same(
    chatting: Any, server: Any, answer: Any, refusal: str, said: str, status: int
) -> None:
    server.answers = [answer(status=status, body=json.dumps({"error": {"message": refusal}}).encode())]
    outcome = chatting("chat", "--yes", stdin="three hooks about street tacos\nhello\n")
    assert outcome.status == 0, str(outcome)
    assert outcome.stdout.count(said) == 1
    assert outcome.stdout.index("writes the drafts") < outcome.stdout.index("tacos at midnight")
    assert len([asked for asked in server.asked if "tools" in asked and "tool_choice" not in asked]) == 1
