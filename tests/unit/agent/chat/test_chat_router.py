"""The offline router: which line asks for which call."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from popcorn.agent.chat.best_draft import titles_for
from popcorn.agent.chat.board import Board, board_of
from popcorn.agent.chat.router.phrases import Wish, read, shorter
from popcorn.agent.chat.router.speaker import HELP, OfflineRouter
from popcorn.agent.chat.router.typos import mended
from popcorn.agent.toolbox.drafts import ScoredDraft, WrittenDraft
from popcorn.tools.popularity.types import Interval, Score

TODAY = date(2026, 1, 31)


def score(percentile: float) -> Score:
    return Score(3.0, 8.0, "100 videos", "fake", True, percentile, 20.0, 90.0, Interval(1.0, 4.0, 0.8))


DRAFTS = tuple(WrittenDraft(f"The long title of draft {n}", f"Shot {n}", "Food", score=score(50.0)) for n in (1, 2))
BOARD = Board(drafts=DRAFTS, chosen=DRAFTS[0], request="street tacos")
SECOND = {"title": "The long title of draft 2", "video_prompt": "Shot 2"}
FIRST = {"title": "The long title of draft 1", "video_prompt": "Shot 1"}
OF_TACOS = {"request": "street tacos"}
BOTH = {"drafts": [FIRST | {"tag": "Food"}, SECOND | {"tag": "Food"}], "request": "street tacos"}
CAT = "my cat learning to skateboard"
BIRYANI = "Make a video about the preparation of authentic Indian biryani"


@pytest.mark.parametrize(
    ("line", "tool", "arguments"),
    [
        ("make something about street tacos", "make_video", {"request": "street tacos"}),
        (BIRYANI, "make_video", {"request": "the preparation of authentic Indian biryani"}),
        ("try three hooks and tell me which scores best", "draft_video", {"request": "street tacos", "drafts": 3}),
        ("four ideas about cats", "draft_video", {"request": "cats", "drafts": 4}),
        ("draft a rainy window", "draft_video", {"request": "a rainy window"}),
        ("why is it that low?", "explain_score", FIRST | {"tag": "Food"}),
        ("Why is the second one so low", "explain_score", SECOND | {"tag": "Food"}),
        ("render the second with ltx", "render_video", SECOND | {"renderer": "ltx"} | OF_TACOS),
        ("render it", "render_video", FIRST | OF_TACOS),
        ("render the last one", "render_video", SECOND | OF_TACOS),
        ("render #2 please", "render_video", SECOND | OF_TACOS),
        ("render the 2nd.", "render_video", SECOND | OF_TACOS),
        ("render it with wan-2.1", "render_video", FIRST | {"renderer": "wan-2.1"} | OF_TACOS),
        ("ten hooks about cats", "draft_video", {"request": "cats", "drafts": 10}),
        ("render the second square with ltx", "render_video", SECOND | {"renderer": "ltx", "aspect": "1:1"} | OF_TACOS),
        ("make the second one", "render_video", SECOND | OF_TACOS),
        ("the second one please", "render_video", SECOND | OF_TACOS),
        ("can you make it vertical?", "render_video", FIRST | {"aspect": "9:16"} | OF_TACOS),
        ("turn the second into a square clip", "render_video", SECOND | {"aspect": "1:1"} | OF_TACOS),
        ("make it funnier", "draft_video", {"request": "a funny video about street tacos"}),
        ("more dramatic please", "draft_video", {"request": "a more dramatic video about street tacos"}),
        ("make it brighter", "draft_video", {"request": "a bright video about street tacos"}),
        ("make them scarier and sadder", "draft_video", {"request": "a scary, sad video about street tacos"}),
        ("make it about cats", "draft_video", {"request": "cats"}),
        ("make a video of the second draft", "render_video", SECOND | OF_TACOS),
        ("make a video of it", "render_video", FIRST | OF_TACOS),
        ("show me the drafts", "compare_drafts", BOTH),
        ("show me the last video", "show_run", {"run_id": "last"}),
        ("one more", "draft_video", {"request": "street tacos", "drafts": 1}),
        ("three more", "draft_video", {"request": "street tacos", "drafts": 3}),
        ("another one", "draft_video", {"request": "street tacos", "drafts": 1}),
        ("a video about my cat", "make_video", {"request": "my cat"}),
        ("I want a video about my cat learning to skateboard", "make_video", {"request": CAT}),
        ("hello, make a video about why cats purr", "make_video", {"request": "why cats purr"}),
        ("make the first day of school", "make_video", {"request": "the first day of school"}),
        ("make a video about two ideas of freedom", "make_video", {"request": "two ideas of freedom"}),
        ("score it", "score_popularity", FIRST | {"tag": "Food"}),
        ("compare them", "compare_drafts", BOTH),
        (
            "compare the second and the first",
            "compare_drafts",
            BOTH | {"drafts": [SECOND | {"tag": "Food"}, FIRST | {"tag": "Food"}]},
        ),
        ("why is it lower than last week?", "explain_score", FIRST | {"tag": "Food"}),
        ("score Tacos at 2 am", "score_popularity", {"title": "Tacos at 2 am"}),
        ("compare One or Two", "compare_drafts", {"drafts": [{"title": "One"}, {"title": "Two"}]}),
        ("what works for street food?", "find_references", {"query": "street food"}),
        (
            "what did we do yesterday about biryani?",
            "list_runs",
            {"about": "biryani", "since": "2026-01-30", "until": "2026-01-30"},
        ),
        (
            "what did we make about rain last week?",
            "list_runs",
            {"about": "rain", "since": "2026-01-24", "until": "2026-01-31"},
        ),
        ("show run 20260131-235959-0a1b2c", "show_run", {"run_id": "20260131-235959-0a1b2c"}),
    ],
)
def test_a_line_asks_for_a_call(line: str, tool: str, arguments: dict[str, Any]) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, dict(wish.arguments or {})) == (tool, arguments)


@pytest.mark.parametrize(
    "line",
    [
        "which of them draws more?", "which of the two is better?", "which one is better?", "who wins",
        "Which title gets the most clicks?", "which would get more comments", "which one should I post?",
        "which is better, the first or the second?", "which draws more, the first or the second?",
        "will the first do better?", "which one do you think is better?", "which of them is the best?",
    ],
)  # fmt: skip
def test_which_of_the_drafts_draws_more_is_asked_of_the_choice_model(line: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("compare_drafts", BOTH)
    without = read(line, Board(), TODAY)
    assert without == Wish(text="There is no draft yet that could be compared. Ask for drafts first.")


def test_two_of_three_drafts_are_all_of_them_and_that_is_said() -> None:
    third = WrittenDraft("Title 3", "Shot 3", "Food", score=score(50.0))
    wish = read("which of the two is better?", Board(drafts=(*DRAFTS, third), request="street tacos"), TODAY)
    assert wish is not None
    assert wish.text == "There are 3, so each is compared with each."
    assert len((wish.arguments or {})["drafts"]) == 3


def test_a_shorter_title_keeps_the_shot() -> None:
    wish = read("shorter title", BOARD, TODAY)
    assert wish is not None
    assert wish.tool == "compare_drafts"
    drafts = (wish.arguments or {})["drafts"]
    assert {one["video_prompt"] for one in drafts} == {"Shot 1"}
    assert all(len(one["title"]) < len(DRAFTS[0].title) for one in drafts)
    assert shorter("Rain") == []


@pytest.mark.parametrize("line", ["why is it low?", "render the first", "shorter title", "three hooks"])
def test_without_a_draft_it_says_what_to_do_first(line: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert wish.tool == ""
    assert wish.text


@pytest.mark.parametrize("which", ["third", "ninth", "twentieth", "9", "0", "11th", "#3", "9" * 5000])
def test_a_draft_outside_the_list_is_refused_and_no_other_is_taken(which: str) -> None:
    for line in (f"render the {which}", f"why is the {which} so low?"):
        wish = read(line, BOARD, TODAY)
        assert wish == Wish(text="There is no such draft. There are 1 to 2, by the numbers in the list.")
    only = read(f"render the {which}", Board(drafts=DRAFTS[:1], chosen=DRAFTS[0]), TODAY)
    assert only is not None
    assert "There is only draft 1" in only.text


def test_every_ordinal_to_the_twentieth_is_its_draft() -> None:
    drafts = tuple(ScoredDraft(f"Title {n}", f"Shot {n}", score=score(50.0)) for n in range(1, 21))
    board = Board(drafts=drafts, chosen=drafts[0])
    for which, number in {"sixth": 6, "eighth": 8, "ninth": 9, "twelfth": 12, "sixteenth": 16, "twentieth": 20}.items():
        wish = read(f"render the {which}", board, TODAY)
        assert wish is not None
        assert (wish.arguments or {})["title"] == f"Title {number}"


@pytest.mark.parametrize(
    ("line", "empty"), [("score ???", "The title is empty"), ("compare ??", "The titles are empty")]
)
def test_a_title_of_signs_alone_is_called_empty(line: str, empty: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.text.partition(". ")[0]) == ("", empty)


def test_more_drafts_than_anybody_can_count_are_as_many_as_there_can_be() -> None:
    wish = read(f"{'9' * 5000} hooks about cats", BOARD, TODAY)
    assert wish == Wish("draft_video", {"request": "cats", "drafts": 16}, "At most 16 drafts come at once.")


def test_a_line_that_no_rule_fits_is_not_guessed_at() -> None:
    assert read("the weather is nice", BOARD, TODAY) is None
    answer = OfflineRouter().invoke([HumanMessage("the weather is nice")])
    assert answer.text.startswith("No rule of mine fits that line.")
    assert "not a language model" in answer.text


def test_the_board_is_read_from_what_tools_gave() -> None:
    call = {"name": "draft_video", "args": {}, "id": "c1", "type": "tool_call"}
    given = {"drafts": [asdict(one) for one in DRAFTS], "request": "tacos"}
    messages = [
        HumanMessage("hooks"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("two", tool_call_id="c1", name="draft_video", artifact=given),
        ToolMessage("failed", tool_call_id="c2", name="draft_video", status="error"),
    ]
    board = board_of(messages)
    assert (board.drafts, board.chosen, board.request) == (DRAFTS, DRAFTS[0], "tacos")
    assert [one.title for one in board.scored] == [one.title for one in DRAFTS]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("make it in spanish", "cannot translate"),
        ("in dutch please", "cannot write Dutch"),
        ("three hooks in French about cats", "cannot translate"),
        ("make it purple", "No rule of mine changes that"),
        ("make the second one longer", "No rule of mine changes that"),
        ("which one is best?", "There is no score yet"),
        ("how much did this cost?", "/cost shows"),
        ("open it", "There is no clip yet"),
        ("save it", "/save clip.mp4"),
    ],
)
def test_what_no_tool_can_do_is_said_and_nothing_is_called(line: str, said: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, said in wish.text) == ("", True), wish


KITTENS = {"request": "kittens"}


@pytest.mark.parametrize(
    ("line", "arguments", "said"),
    [
        ("make a video about kittens and render it with ltx", KITTENS | {"renderer": "ltx"}, ""),
        ("make a video about kittens, rendered by animatic", KITTENS | {"renderer": "animatic"}, ""),
        ("with ltx, make a video about kittens", KITTENS | {"renderer": "ltx"}, ""),
        ("an ltx video about kittens", KITTENS | {"renderer": "ltx"}, ""),
        ("make a video about kittens using api:vendor/model-1", KITTENS | {"renderer": "api:vendor/model-1"}, ""),
        ("make a video about kittens and render it with sora", KITTENS | {"renderer": "sora"}, ""),
        ("make a 10-second video about kittens", KITTENS, "Every clip has 3 seconds: “10-second” is not possible"),
        ("make a video about kittens, half a minute long", KITTENS, "“half a minute” is not possible"),
        ("make a 3 second video about kittens", KITTENS, ""),
        ("make a video about a 60 second plank", {"request": "a 60 second plank"}, ""),
        ("make a video about kittens in 16:9", KITTENS, "`make it 16:9` comes after that"),
        ("make a video about kittens with upbeat music", KITTENS, "Without music"),
        ("make a video about kittens with captions and hashtags", KITTENS, "For the post: #Kittens"),
        ("use veo and make me something about kittens", KITTENS | {"renderer": "veo"}, ""),
        ("make something about kittens with runway gen-3", KITTENS | {"renderer": "runway gen-3"}, ""),
        ("render a video about kittens with ltx at 4k", KITTENS | {"renderer": "ltx"}, "“at 4k” is nothing that"),
        ("make a clip on kittens, max 40 characters", KITTENS, "“max 40 characters” is nothing"),
        ("produce a video about kittens with a narrator", KITTENS | {"voice": "auto"}, ""),
        ("produce a video about kittens with music", KITTENS, "Without music: `popcorn chat --music FILE`"),
        ("make something about pancakes made with butter", {"request": "pancakes made with butter"}, ""),
        ("a video about a fun run in Bristol", {"request": "a fun run in Bristol"}, ""),
        ("get people to sign up for our charity run in Bristol", {"request": "our charity run in Bristol"}, ""),
        ("we are a gym in Oslo, can u make a vid about our new sauna", {"request": "our new sauna"}, ""),
        ("I'm a florist in Leeds. I need a reel that gets me bookings.", {"request": "a florist in Leeds"}, ""),
        ("ein 20-sekündiges Video über Wien", {"request": "ein Video über Wien"}, "“20-sekündiges”"),
        ("mach ein Video über Wien auf Deutsch", {"request": "mach ein Video über Wien"}, ""),
        ("make a video about cooking with gas", {"request": "cooking with gas"}, ""),
        ("make a video about life in the French alps", {"request": "life in the French alps"}, ""),
        ("could you do something on my pottery class", {"request": "my pottery class"}, ""),
        ("Use the ltx model for a clip about kittens", KITTENS | {"renderer": "ltx"}, ""),
        ("with veo: kittens", KITTENS | {"renderer": "veo"}, ""),
        ("animatic would be enough, just make a clip about kittens", KITTENS | {"renderer": "animatic"}, ""),
        ("in 20 seconds: make a clip about kittens", KITTENS, "“20 seconds” is not possible"),
        ("give me a 5 minute documentary about kittens", KITTENS, "“5 minute” is not possible"),
        ("my sister paints murals and we need a teaser", {"request": "my sister paints murals"}, ""),
        ("i teach judo and want something parents share", {"request": "teaching judo"}, ""),
        ("we need content for our bike shop", {"request": "our bike shop"}, ""),
        ("i run a small bakery and want something funny about croissants",
         {"request": "a funny video about croissants"}, "has no sense for it"),
        ("帮我做一个关于饺子的视频", {"request": "帮我做一个关于饺子的视频"}, ""),
        ("Haz un video sobre tacos al pastor", {"request": "Haz un video sobre tacos al pastor"}, ""),
        ("haz un video de gatos con ltx", {"request": "haz un video de gatos", "renderer": "ltx"}, ""),
        ("帮我用ltx做一个关于饺子的视频", {"request": "帮我做一个关于饺子的视频", "renderer": "ltx"}, ""),
        ("Fais une vidéo de 20 secondes sur les chats", {"request": "Fais une vidéo sur les chats"}, "“20 secondes”"),
    ],
)  # fmt: skip
def test_what_a_wish_for_a_video_names_is_used_or_refused_in_words(
    line: str, arguments: dict[str, Any], said: str
) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, dict(wish.arguments or {})) == ("make_video", arguments)
    assert said in wish.text
    assert bool(said) == bool(wish.text)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "make a video about kittens in Spanish",
            "a spanish clip about kittens",
            "five ideas for my gym in German please",
        ),
        *(
            "fais une vidéo sur Lyon en anglais",
            "Mach drei Videos über Hunde auf Englisch",
            "hazme un video sobre el té, en francés",
        ),
        *(
            "Сделай видео про кошку на английском",
            "quero um vídeo sobre o Porto em inglês",
            "用英语做一个关于饺子的视频",
        ),
    ],
)
def test_a_language_that_cannot_be_written_is_refused_and_nothing_is_made(line: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, "cannot translate" in wish.text) == ("", True)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Haz cinco videos sobre gatos", 5),
        ("帮我做三个关于饺子的视频", 3),
        ("Mach 2 Videos über Katzen", 2),
        ("제주도 여행 영상 두 개 만들어 줘", 2),
        ("猫の動画を二つ作って", 2),
    ],
)
def test_a_count_in_another_language_gives_as_many_drafts(line: str, count: int) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("draft_video", {"request": line, "drafts": count})
    assert "one video at a time" in wish.text


def test_a_wish_without_a_subject_is_asked_for_one_in_any_language() -> None:
    for line in ("Quiero un video", "帮我做一个视频", "make a video about it"):
        wish = read(line, Board(), TODAY)
        assert wish is not None
        assert (wish.tool, bool(wish.text)) == ("", True), line


def test_a_renderer_that_is_named_for_drafts_is_kept_in_mind_aloud() -> None:
    wish = read("draft kittens with ltx", BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("draft_video", KITTENS)
    assert "`render the first with ltx`" in wish.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hashtags please", "#StreetTacos #Street #Tacos #Food"),
        ("give me a caption and hashtags for the second", "Caption: The long title of draft 2\n#StreetTacos"),
        ("hashtags for my small dog", "#SmallDog #Small #Dog"),
        ("caption for a video about rain", "Caption: Rain"),
        ("captions for my taco truck video", "Caption: My taco truck\n#TacoTruck"),
        ("write me 2 hashtags for a small dog", "#SmallDog #Small\n"),
        ("7 hashtags for sourdough", "#Sourdough\n7 is more than its words give."),
        ("add subtitles", "`popcorn render --captions srt`"),
        ("captions for the ninth", "There are 1 to 2"),
    ],
)
def test_captions_and_hashtags_are_written_on_request(line: str, said: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, said in wish.text) == ("", True), wish.text


@pytest.mark.parametrize("subject", ["饺子", "a snowman in the Sahara", "Un perro en la playa"])
def test_a_line_that_may_be_a_subject_is_asked_about(subject: str) -> None:
    asked = OfflineRouter().invoke([HumanMessage(subject)])
    assert asked.text.startswith("No rule of mine fits that line.")
    assert asked.text.casefold().endswith(f"Did you mean: `make something about {subject}`?".casefold())
    call = OfflineRouter().invoke([HumanMessage(subject), asked, HumanMessage("yes")]).tool_calls[0]
    assert (call["name"], call["args"]["request"].casefold()) == ("make_video", subject.casefold())
    again = OfflineRouter().invoke([HumanMessage(subject), asked, HumanMessage("rain")])
    assert again.text == (
        "No rule of mine fits that line. `help` lists what I know. Did you mean: `make something about rain`?"
    )


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("promote the new season of Stranger Things", "the new season of Stranger Things"),
        ("My boss wants a video about our quarterly results", "our quarterly results"),
        ("please animate my dog chasing a drone", "my dog chasing a drone"),
        ("Turn my poem about the sea into a clip", "my poem about the sea"),
        ("I have an idea for a video. It's about a turtle who delivers mail.", "a turtle who delivers mail"),
        ("make people hungry with ramen", "ramen"),
        ("I want to see a cat surfing", "a cat surfing"),
    ],
)
def test_an_ordinary_sentence_that_asks_for_a_video_gets_one(line: str, subject: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("make_video", {"request": subject})


@pytest.mark.parametrize(
    "line", ["make this cat dance", "nice", "more cheese", "why do cats purr?", "render street tacos", "this is nice"]
)
def test_a_line_that_only_points_at_something_is_no_topic(line: str) -> None:
    assert read(line, BOARD, TODAY) is None


@pytest.mark.parametrize("line", ["make it funnier", "more", "three more", "make something scarier"])
def test_what_is_not_there_cannot_be_changed(line: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert wish.text.startswith("There is nothing yet that could be changed")


def test_wishes_for_one_subject_come_together_and_the_oldest_goes_first() -> None:
    board = Board(drafts=DRAFTS, chosen=DRAFTS[0], request="a funny, sad, more epic video about street tacos")
    wish = read("make it calmer", board, TODAY)
    assert wish is not None
    assert wish.arguments == {"request": "a sad, more epic, calm video about street tacos"}
    assert "has no sense for it" in wish.text


@pytest.mark.parametrize("line", ["render all", "make them", "render the first two", "render 1 and 2", "render both"])
def test_every_draft_that_is_meant_is_rendered_in_a_call_of_its_own(line: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments, wish.more) == ("render_video", FIRST | OF_TACOS, (SECOND | OF_TACOS,))


def test_a_word_is_left_out_of_the_title_and_both_are_scored() -> None:
    wish = read('try it without "the"', BOARD, TODAY)
    assert wish is not None
    assert [one["title"] for one in (wish.arguments or {})["drafts"]] == ["Long title of draft 1", FIRST["title"]]
    gone = read("without cheese", BOARD, TODAY)
    assert gone is not None
    assert "I can only leave words of the title away" in gone.text


def test_slips_are_mended_in_the_words_of_rules_alone() -> None:
    assert mended("rendre the second") == ("render the second", True)
    assert mended("maek a vidoe about cofee") == ("make a video about cofee", True)
    assert mended("renderr the second") == ("render the second", False)
    for kept in ("makes a video", "scored it", "score Vidoe nights", "bake a cake"):
        assert mended(kept) == (kept, True)


def given(name: str, data: dict[str, Any], line: str = "go on") -> list[Any]:
    """A turn in which a tool gave the data."""
    call = {"name": name, "args": {}, "id": f"{name}-{line}", "type": "tool_call"}
    answer = ToolMessage("brief", tool_call_id=str(call["id"]), name=name, artifact=data)
    return [HumanMessage(line), AIMessage("", tool_calls=[call]), answer]


def draft(title: str, percentile: float) -> dict[str, Any]:
    return {"title": title, "video_prompt": "A shot", "tag": "Food", "score": asdict(score(percentile))}


def without(part: str, change: float) -> dict[str, Any]:
    return {"without": part, "change": change, "log2_comments": 3.0 - change}


CLIP = {"path": "clip.mp4", "renderer": "toy", "seconds": 3.0, "width": 9, "height": 16, "fps": 30.0, "frames": 90}
RUN = {
    "run_id": "20260131-000000-abcdef", "tags": ["Food"], "accepted": True, "threshold": 60.0, "attempts": [],
    "video": CLIP | {"codec": "h264", "sha256": "0" * 64}, "cover": {"path": "cover.jpg"},
}  # fmt: skip
SURE = {"over": 1, "probability": 0.7, "tied": False, "model": "headlines", "evidence": True}
HAD = [
    *given("draft_video", {"request": "street tacos", "drafts": [draft("A", 75.2), draft("B", 60.0)]}),
    AIMessage(""),
]


@pytest.mark.parametrize("rank", [10.0, 90.0])
def test_a_draft_that_came_alone_takes_nobodys_place_whatever_its_rank_and_can_be_compared(rank: float) -> None:
    turn = given("score_popularity", draft("C", rank), "score C")
    said = OfflineRouter().invoke([*HAD, *turn]).text
    assert said.startswith(
        f"“C”: best guess: the {rank:.0f}th of 100 such videos, likely between the 20th and the 90th"
    )
    assert "Nobody has compared it with “A”: `compare C or A` does." in said
    call = OfflineRouter().invoke([*HAD, *turn, AIMessage(said), HumanMessage("render the best")]).tool_calls[0]
    assert call["args"]["title"] == "A"
    best = OfflineRouter().invoke([*HAD, *turn, AIMessage(said), HumanMessage("which one is best?")]).text
    assert best.startswith("“A”, number 1 in the list: best guess: the 75th of 100")
    call = OfflineRouter().invoke([*HAD, *turn, AIMessage(said), HumanMessage("compare C or A")]).tool_calls[0]
    assert [one["video_prompt"] for one in call["args"]["drafts"]] == ["A shot", "A shot"]


def test_what_was_picked_over_others_last_is_the_best_whatever_its_rank() -> None:
    turn = given("compare_drafts", {"drafts": [draft("B", 10.0), draft("A", 75.0)], "choice": SURE}, "compare them")
    said = OfflineRouter().invoke([*HAD, *turn]).text
    assert said.startswith(
        "“B” stands first of 2, picked over 1 other; right in about 7 of 10 such choices. Best guess"
    )
    call = OfflineRouter().invoke([*HAD, *turn, AIMessage(said), HumanMessage("render the best")]).tool_calls[0]
    assert call["args"]["title"] == "B"


@pytest.mark.parametrize(
    ("complaints", "said"),
    [
        ([[], ["its shot shows nothing"]], ""),
        ([["no subject"], []], "against it. "),
        ([["a"], ["b"]], "against each of them. "),
    ],
)
def test_what_speaks_against_the_first_draft_is_said_with_it(complaints: list[list[str]], said: str) -> None:
    drafts = [draft(title, 50.0) | {"complaints": found} for title, found in zip("BA", complaints, strict=True)]
    told = OfflineRouter().invoke(given("draft_video", {"drafts": drafts, "choice": SURE}, "two hooks")).text
    assert told.startswith("“B” stands first of 2")
    assert (f"Something speaks {said}" in told) if said else ("speaks against" not in told)


def test_where_there_is_no_evidence_no_rank_is_named() -> None:
    blind = draft("A", 75.0)
    blind["score"] |= {"evidence": False, "no_evidence": ["it is for short-video"]}
    said = OfflineRouter().invoke(given("score_popularity", blind, "score A")).text
    assert said.startswith("“A”: no evidence: it is for short-video.")
    data = {**blind, "words": [without("tacos", 1.0)], "without": [without("text", 0.5)]}
    said = OfflineRouter().invoke(given("explain_score", data, "why is it low?")).text
    assert said.startswith("There is no evidence how it would do: it is for short-video.")


def test_another_subject_is_not_measured_by_the_best_of_the_last() -> None:
    turn = given("draft_video", {"request": "cats", "drafts": [draft("C", 10.0)]})
    assert "“A”" not in OfflineRouter().invoke([*HAD, *turn]).text


def test_titles_of_a_subject_are_those_of_every_answer_to_a_request_for_it() -> None:
    more = given("make_video", {"request": "Make a funny video about street tacos", **draft("C", 1.0), **RUN})
    other = given("draft_video", {"request": "cats", "drafts": [draft("D", 1.0)]})
    assert titles_for("Street tacos", [*HAD, *more, *other]) == ("A", "B", "C")


@pytest.mark.parametrize(
    ("percentile", "level"),
    [(75.0, "It is not low: best guess: the 75th"), (50.0, "It is in the middle"), (9.0, "It is low")],
)
def test_why_is_answered_with_what_to_change(percentile: float, level: str) -> None:
    words = [without("tacos", 1.0), without("it:", -0.1)]
    data = {**draft("It: tacos", percentile), "words": words, "without": [without("text", 0.5)]}
    said = OfflineRouter().invoke(given("explain_score", data, "why is it low?")).text
    assert said.startswith(level)
    assert "“tacos” helps most: 2.0 times the comments with it." in said
    assert said.endswith('“it” costs most: about 7 % of the comments. Try: `try it without "it"`.')
    part = {**data, "without": [without("tag", -1.0)]}
    said = OfflineRouter().invoke(given("explain_score", part, "why?")).text
    assert said.endswith("What costs most is the category: 50 % of the comments. Try other drafts: `three more`.")


def test_what_it_knows_is_listed_once_and_on_request() -> None:
    messages: list[Any] = []
    said = []
    for line in ("hello", "hello", "the weather is nice", "thanks", "help"):
        messages += [HumanMessage(line)]
        messages += [OfflineRouter().invoke(messages)]
        said.append(messages[-1].text)
    assert (said[0], said[4]) == (HELP, HELP)
    assert [text.count("\n") for text in said[1:4]] == [0, 0, 0]


def test_a_slip_that_is_sure_is_read_and_another_is_asked_about() -> None:
    sure = OfflineRouter().invoke([*HAD, HumanMessage("rendre the second")])
    assert (sure.text, sure.tool_calls[0]["args"]["title"]) == ("I read that as: render the second", "B")
    asked = OfflineRouter().invoke([*HAD, HumanMessage("compair them")])
    assert asked.text == "No rule of mine fits that line. Did you mean: `compare them`?"
    assert asked.tool_calls == []
    answer = OfflineRouter().invoke([*HAD, HumanMessage("compair them"), asked, HumanMessage("yes")])
    assert answer.tool_calls[0]["name"] == "compare_drafts"


def test_the_longest_lines_are_read_in_no_time() -> None:
    for line in (
        "make it " + "." * 39_000 + "x",
        "what did we " + "do about " * 4_000,
        "compare " + "the first and " * 2_500,
    ):
        began = time.thread_time()
        read(line, BOARD, TODAY)
        assert time.thread_time() - began < 3
