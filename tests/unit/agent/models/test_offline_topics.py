"""The offline drafter's reading of requests: what is asked for, and what it can be shortened to."""

import pytest
from popcorn.agent.models.offline.characters import clean, clipped
from popcorn.agent.models.offline.foreign import language_of, own_topic
from popcorn.agent.models.offline.shortening import article_for, shortenings
from popcorn.agent.models.offline.topic import Intent, Kind, as_thing, halves, joined, parse
from popcorn.agent.models.offline.verbs import base_of_gerund, gerund
from popcorn.graphs.create.command import take_apart


@pytest.mark.parametrize(
    ("request_text", "idea"),
    [
        ("Make a video about the harvest of olives in Crete.", "the harvest of olives in Crete"),
        ("Could you please make me a short, cute 3-second vertical video of a cat on a piano?", "a cat on a piano?"),
        ("Highlight films that changed how we see the sea", "films that changed how we see the sea"),
        ("Discuss how tides work in a funny style", "how tides work"),
        ("film noir lighting", "film noir lighting"),
        ("Make a video game trailer", "Make a video game trailer"),
        ("create video of sunrise over mountains", "sunrise over mountains"),
        ("Show the best of Lisbon in 3 seconds.", "the best of Lisbon"),
        ("Create a video", "Create a video"),
    ],
)
def test_the_wording_of_the_command_comes_off_and_the_idea_stays(request_text: str, idea: str) -> None:
    assert take_apart(request_text).idea == idea


def test_a_thing_a_process_a_clause_and_a_statement_are_told_apart() -> None:
    thing = parse("Make a video about the preparation of authentic Indian biryani")
    assert (thing.kind, thing.intent, thing.text) == (Kind.THING, Intent.PROCESS, "authentic Indian biryani")
    action = parse("Make a video of a chef preparing a full English breakfast")
    assert (action.kind, action.text) == (Kind.ACTION, "prepare a full English breakfast")
    assert action.thing is not None
    assert action.thing.mention == "a full English breakfast"
    clause = parse("Discuss how multiplayer games foster social interactions")
    assert (clause.kind, clause.mention) == (Kind.CLAUSE, "how multiplayer games foster social interactions")
    passive = parse("Compare how breakfast is eaten in various countries.")
    assert (passive.kind, passive.text) == (Kind.CLAUSE, "how breakfast is eaten in various countries")
    question = parse("Why are we afraid of the dark?")
    assert (question.kind, question.mention) == (Kind.QUESTION, "the question “Why are we afraid of the dark?”")
    statement = parse("I want a video where a dog steals a pizza")
    assert (statement.kind, statement.text) == (Kind.STATEMENT, "a dog steals a pizza")


def test_names_keep_their_capitals_and_common_words_lose_them() -> None:
    assert parse("Street tacos").text == "street tacos"
    assert parse("Kyoto in autumn").text == "Kyoto in autumn"
    assert parse("iPhone photography tricks").text == "iPhone photography tricks"


def test_what_follows_make_is_no_thing_when_it_has_two_objects() -> None:
    topic = parse("Explore ways to make self-care a part of a busy lifestyle")
    assert topic.text == "make self-care a part of a busy lifestyle"
    assert topic.thing is None


def test_a_clause_can_be_read_as_a_thing_with_the_same_words() -> None:
    topic = parse("Discuss how multiplayer games foster social interactions")
    assert halves(topic.text) == ("multiplayer games", "foster", "social interactions")
    thing, pair = as_thing(topic), joined(topic)
    assert thing is not None
    assert pair is not None
    assert thing.text == "multiplayer games fostering social interactions"
    assert pair.text == "multiplayer games and social interactions"


def test_a_shortened_phrase_keeps_its_names_and_ends_on_no_small_word() -> None:
    text = "most dramatic rescues in The Lord of the Lighthouses trilogy"
    forms = [form for form in shortenings(text) if form.sound]
    assert "rescues in The Lord of the Lighthouses trilogy" in {form.text for form in forms}
    assert not [form.text for form in forms if form.text.split()[-1] in ("in", "of", "the", "most", "The")]
    assert not [form.text for form in forms if "Lord" in form.text and "The Lord of the Lighthouses" not in form.text]


def test_shortening_by_an_adjective_mends_the_article() -> None:
    assert "craft a sushi platter" in {form.text for form in shortenings("craft an elaborate sushi platter")}


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("apple", "an"),
        ("university", "a"),
        ("hour", "an"),
        ("one-pot", "a"),
        ("8-bit", "an"),
        ("NPC", "an"),
        ("tea", "a"),
    ],
)
def test_articles_follow_the_sound_of_the_word(word: str, article: str) -> None:
    assert article_for(word) == article


def test_gerunds_double_drop_and_turn_letters() -> None:
    assert [gerund(verb) for verb in ("bake", "cut", "die", "see", "dye", "clean")] == [
        "baking",
        "cutting",
        "dying",
        "seeing",
        "dyeing",
        "cleaning",
    ]
    assert base_of_gerund("Assembling") == "assemble"
    assert base_of_gerund("morning") is None


@pytest.mark.parametrize(
    ("request_text", "language", "own"),
    [
        ("制作一个关于四川火锅的视频", "zh", "四川火锅"),
        ("Haz un video sobre tacos al pastor", "es", "tacos al pastor"),
        ("Erstelle ein Video über die Berliner Mauer", "de", "die Berliner Mauer"),
        ("اصنع فيديو عن القهوة العربية", "ar", "القهوة العربية"),
        ("🍕🍕", "signs", "🍕🍕"),
    ],
)
def test_other_languages_lose_their_command_and_keep_their_words(request_text: str, language: str, own: str) -> None:
    assert language_of(request_text) == language
    topic = own_topic(request_text)
    assert topic is not None
    assert (topic.kind, topic.text) == (Kind.OWN_WORDS, own)


def test_english_requests_with_foreign_dishes_stay_english() -> None:
    assert language_of("tacos al pastor") == "en"
    assert language_of("Make a video of mille-feuille and crème brûlée") == "en"


def test_control_characters_and_direction_overrides_are_cleaned_away() -> None:
    assert clean("a\x00b\u202ec\n\td\ud800") == "a b c d"


def test_no_emoji_family_and_no_flag_is_torn() -> None:
    family = "👨‍👩‍👧‍👦"
    assert clipped(family * 3, len(family) + 3) == family + "…"
    assert clipped("🇫🇷🇩🇪🇮🇹", 4) == "🇫🇷…"
    assert clipped("two words here", 10) == "two words"
