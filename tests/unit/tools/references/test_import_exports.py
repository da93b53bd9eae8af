"""What people export: headers of real programs with rows of our own, counts as scrapers write them, ids, switches."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from popcorn.errors import DataError, ImportRowError, RequestError
from popcorn.tools.references.importers.import_options import ImportOptions
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.presets import PresetQuestionError, presets
from popcorn.tools.references.importers.sources import check_mapping, read_source
from popcorn.tools.references.types import Reference


def read(
    path: Path, content: str, *mapped: str, strict: bool = False, **options: str | bool
) -> tuple[list[Reference], ImportReport]:
    path.write_text(content, encoding="utf-8")
    report = ImportReport(str(path), strict=strict)
    return read_source(str(path), check_mapping(mapped), report, ImportOptions(**options)), report  # type: ignore[arg-type]


def table(header: str, **cells: object) -> str:
    """A row under a header; cells that are not named hold a word of no meaning."""
    names = header.split(",")
    out = io.StringIO()
    csv.writer(out).writerows([names, [cells.get(name, "x") for name in names]])
    return out.getvalue()


EXPORTS = {
    "youtube-studio": table(
        "Content,Video title,Video publish time,Views,Watch time (hours),Subscribers,Comments added,Likes",
        **{"Content": "a1", "Video title": "Noodles by hand", "Views": 60, "Comments added": 5, "Likes": 7},
    ),
    "youtube-trending": table(
        "video_id,trending_date,title,channel_title,category_id,publish_time,tags,views,likes,dislikes,comment_count,"
        "comments_disabled,ratings_disabled,video_error_or_removed,description",
        video_id="a1", title="Noodles by hand", views=60, likes=7, comment_count=5, comments_disabled=False,
        ratings_disabled=False,
    ),
    "bilibili-ranking": "\ufeff" + table(
        "author,coin,danmaku,favorite,id,like,rank_num,rank_tab,reply,score,share,tag_name,title,view",
        id="a1", title="Noodles by hand", view=60, like=7, reply=5,
    ),
    "instagram-graph": table(
        "id,caption,media_type,media_url,permalink,timestamp,username,like_count,comments_count,thumbnail_url",
        id="a1", caption="Noodles by hand", like_count=7, comments_count=5,
    ),
    "brand-monitoring": table(
        "Platform,Profile,Link,Text,Date,Type,Engagement,Engagement Rate,Followers,Likes,Comments,Shares,Reach,"
        "Impressions,Video Views,Brand Content Pillars,Industry Content Pillars,Country,",
        Link="a1", Text="Noodles by hand", Likes=7, Comments=5, **{"Video Views": 60},
    ),
    "tiktok-search": table(
        "search_value,author_username,username,video_url,video_caption,video_details_info.diggCount,"
        "video_details_info.shareCount,video_details_info.commentCount,video_details_info.playCount",
        video_url="a1", video_caption="Noodles by hand",
        **{"video_details_info.diggCount": 7, "video_details_info.commentCount": 5, "video_details_info.playCount": 60},
    ),
    "pyktok": table(
        "video_id,video_timestamp,video_duration,video_diggcount,video_sharecount,video_commentcount,video_playcount,"
        "video_description,video_is_ad,author_username",
        video_id="a1", video_description="Noodles by hand", video_diggcount=7, video_commentcount=5, video_playcount=60,
    ),
    "tiktok-scraper": table(
        "id,text,createTime,diggCount,shareCount,commentCount", id="a1", text="Noodles by hand", diggCount=7,
        commentCount=5,
    ),
    "tiktok-claims": table(
        "#,claim_status,video_id,video_duration_sec,video_transcription_text,verified_status,author_ban_status,"
        "video_view_count,video_like_count,video_share_count,video_download_count,video_comment_count",
        video_id="a1", video_transcription_text="Noodles by hand", video_view_count=60.0, video_like_count=7.0,
        video_comment_count=5.0,
    ),
    "kuaishou": table("photoId,caption,likeCount,viewCount,commentCount", photoId="a1", caption="Noodles by hand",
                      likeCount=7, viewCount=60, commentCount=5),
    "chinese-scraper": table("视频ID,标题,播放量,点赞数,评论数", 视频ID="a1", 标题="Noodles by hand", 评论数=5),
}  # fmt: skip
"""Exports with a title and comments; the name of each preset."""

NESTED = {
    "youtube-api": {
        "kind": "list",
        "items": [
            {
                "id": "a1",
                "snippet": {"title": "Noodles by hand", "description": "d", "categoryId": "22"},
                "statistics": {"viewCount": "60", "likeCount": "7", "commentCount": "5"},
            }
        ],
    },
    "tiktok-scraper": [
        {
            "id": "a1",
            "text": "Noodles by hand",
            "authorMeta": {"name": "x"},
            "diggCount": 7,
            "playCount": 60,
            "commentCount": 5,
            "hashtags": [{"name": "food"}, {"name": "home"}],
        }
    ],
    "tiktok-web": {"itemList": [{"id": "a1", "desc": "Noodles by hand", "stats": {"diggCount": 7, "commentCount": 5}}]},
    "bilibili-api": {
        "data": {"list": [{"bvid": "a1", "title": "Noodles by hand", "stat": {"reply": 5, "like": 7, "view": 60}}]}
    },
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_shown_as_flags_and_read_when_that_is_confirmed(tmp_path: Path, name: str) -> None:
    with pytest.raises(PresetQuestionError, match="has the columns of") as caught:
        read(tmp_path / "t.csv", EXPORTS[name])
    assert caught.value.preset == name
    assert f"--preset {name}, which stands for: --map " in caught.value.hint
    for preset in (name, "auto"):
        (reference,), _ = read(tmp_path / "t.csv", EXPORTS[name], preset=preset)
        assert (reference.id, reference.title, reference.comments) == ("a1", "Noodles by hand", 5)


@pytest.mark.parametrize("name", NESTED)
def test_nested_exports_are_recognised_too(tmp_path: Path, name: str) -> None:
    (reference,), _ = read(tmp_path / "t.json", json.dumps(NESTED[name]), preset="auto")
    assert (reference.id, reference.title, reference.comments, reference.likes) == ("a1", "Noodles by hand", 5, 7)
    with pytest.raises(PresetQuestionError) as caught:
        read(tmp_path / "t.json", json.dumps(NESTED[name]))
    assert caught.value.preset == name


def test_the_flags_that_a_preset_stands_for_do_the_same(tmp_path: Path) -> None:
    import shlex

    with pytest.raises(PresetQuestionError) as caught:
        read(tmp_path / "t.csv", EXPORTS["youtube-studio"])
    flags = shlex.split(caught.value.hint.partition("stands for: ")[2])
    mapped = [flag for flag in flags if flag != "--map"]
    assert (
        read(tmp_path / "t.csv", EXPORTS["youtube-studio"], *mapped)[0]
        == read(tmp_path / "t.csv", EXPORTS["youtube-studio"], preset="youtube-studio")[0]
    )


def test_a_preset_that_there_is_not_and_a_header_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no preset 'youtube-studo'; did you mean 'youtube-studio'"):
        read(tmp_path / "t.csv", "title\nx\n", preset="youtube-studo")
    with pytest.raises(RequestError, match="is that of no export that is known"):
        read(tmp_path / "t.csv", "title\nx\n", preset="auto")


def test_every_preset_names_a_title_and_what_it_needs() -> None:
    for preset in presets().values():
        assert preset.columns["title"]
        assert preset.needs


def test_what_an_export_has_besides_the_columns_that_were_mapped_is_told(tmp_path: Path) -> None:
    _, report = read(tmp_path / "t.csv", EXPORTS["youtube-trending"], "comments=comment_count")
    assert any("--preset youtube-trending maps id, tag, likes_disabled as well" in note for note in report.notes)


def test_people_are_no_videos(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no column of .* is known to hold the title"):
        read(tmp_path / "t.csv", "\ufeff快手ID,昵称,性别,简介\n1,x,y,z\n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["22M views", "1.5K views", "12 views"], [22_000_000, 1500, 12]),
        (["1,234 comments", "12 comments", "No comments"], [1234, 12, 0]),
        (["1.234", "12", "5.000"], [1234, 12, 5000]),
        (["12.345.678", "1.234", "7"], [12_345_678, 1234, 7]),
        (["2,3K", "1.234", "10K"], [2300, 1234, 10_000]),
        (["1,5 mil", "3 mil", "12"], [1500, 3000, 12]),
        (["5 тыс.", "1,2 млн", "7"], [5000, 1_200_000, 7]),
        (["3.4万", "1.2亿", "12次播放"], [34_000, 120_000_000, 12]),
        (["1e3", "1.234e+06", "1.0"], [1000, 1_234_000, 1]),
        (["1.2만회", "3천", "12회"], [12_000, 3000, 12]),
        (["1'234", "12 345", "1_000"], [1234, 12_345, 1000]),
        (["10.000", "20.000"], [10_000, 20_000]),
        (["12.0", "20.0"], [12, 20]),
    ],
)
def test_a_column_of_counts_is_read_by_its_own_signs(tmp_path: Path, written: list[str], meant: list[int]) -> None:
    rows = "".join(f"video {at};{text}\n" for at, text in enumerate(written))
    references, _ = read(tmp_path / "t.csv", "title;comments\n" + rows, strict=True)
    assert [reference.comments for reference in references] == meant


def test_less_than_nothing_is_no_count(tmp_path: Path) -> None:
    references, report = read(tmp_path / "t.csv", "title,comments\na,-1\nb,5\nc,6\n")
    assert [reference.comments for reference in references] == [None, 5, 6]
    assert report.repaired == 1


def test_a_column_that_is_mostly_unread_is_an_error_unless_that_is_allowed(tmp_path: Path) -> None:
    content = "title,comments\na,lots\nb,few\nc,3\n"
    with pytest.raises(DataError, match=r"2 of 3 values of the column 'comments' are no comments, e.g. 'lots', 'few'"):
        read(tmp_path / "t.csv", content)
    references, _ = read(tmp_path / "t.csv", content, allow_unread=True)
    assert [reference.comments for reference in references] == [None, None, 3]


def test_a_column_that_contradicts_itself_is_an_error_with_both_signs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"e\.g\. '1\.234', '1,234'"):
        read(tmp_path / "t.csv", "title;comments\na;1.234\nb;1,234\n")


@pytest.mark.parametrize("keys", [("7.11E+18", "7.11E+18"), ("7112345678901230000", "7112345678901240000")])
def test_ids_that_a_spreadsheet_rounded_are_told_and_stand_in_no_catalogue(
    tmp_path: Path, keys: tuple[str, str]
) -> None:
    content = f"id,title\n{keys[0]},first\n{keys[1]},second\n"
    references, report = read(tmp_path / "t.csv", content)
    assert [reference.id for reference in references] == ["2", "3"]
    assert any("a spreadsheet rounded the ids, e.g. 7" in note for note in report.notes)
    with pytest.raises(ImportRowError, match=r"line 2 .* an id that a spreadsheet rounded"):
        read(tmp_path / "t.csv", content, strict=True)


def test_of_the_same_id_the_row_with_the_highest_count_is_kept(tmp_path: Path) -> None:
    references, report = read(tmp_path / "t.csv", "id,title,comments\n1,old,5\n2,b,3\n1,new,9\n1,older,2\n")
    assert [(reference.id, reference.title, reference.comments) for reference in references] == [
        ("1", "new", 9), ("2", "b", 3),
    ]  # fmt: skip
    assert (report.read, report.kept, report.rejected) == (4, 2, 2)
    assert [(remark.line, remark.reason) for remark in report.first] == [
        (2, "the id comes again with a higher count"),
        (5, "the id came before"),
    ]
    assert any("came again, 2 times" in note for note in report.notes)


def test_comments_that_are_switched_off_are_no_count(tmp_path: Path) -> None:
    content = "id,title,n,off\n1,a,0,True\n2,b,0,False\n3,c,7,no\n4,d,0,maybe\n"
    mapped = ("comments=n", "comments_disabled=off")
    references, report = read(tmp_path / "t.csv", content, *mapped)
    assert [reference.comments for reference in references] == [None, 0, 7, 0]
    assert dict(report.reasons) == {"repaired: comments_disabled that says neither yes nor no": 1}
    assert "1 row has no count because comments_disabled says so" in report.as_data()["notes"]  # type: ignore[operator]


def test_counts_of_nothing_raise_the_question_whether_they_are_switched_off(tmp_path: Path) -> None:
    _, report = read(tmp_path / "t.csv", "title,comments\na,0\nb,3\n")
    assert any("--map comments_disabled=COLUMN" in note for note in report.notes)


@pytest.mark.parametrize(
    ("content", "mapped", "ids"),
    [
        ("v1,Cats,12\nv2,Dogs,7\n", ("id=1", "title=2", "comments=3"), ["v1", "v2"]),
        ("Cats;12\nDogs;7\n", ("title=1",), ["1", "2"]),
        ("vid,headline,n\nv1,Cats,12\nv2,Dogs,7\n", ("id=1", "title=2", "comments=3"), ["v1", "v2"]),
        ("vid,headline,n\nv1,Cats,12\nv2,Dogs,7\n", ("title=2",), ["2", "3"]),
    ],
)
def test_a_table_without_a_header_is_mapped_by_number_and_a_header_is_no_row(
    tmp_path: Path, content: str, mapped: tuple[str, ...], ids: list[str]
) -> None:
    references, _ = read(tmp_path / "t.csv", content, *mapped)
    assert [reference.id for reference in references] == ids
    assert [reference.title for reference in references] == ["Cats", "Dogs"]


def test_a_person_may_say_whether_there_is_a_header(tmp_path: Path) -> None:
    references, _ = read(tmp_path / "t.csv", "alpha\nbeta\n", "title=1", headed=False)
    assert [reference.title for reference in references] == ["alpha", "beta"]
    references, _ = read(tmp_path / "t.csv", "Cats 2\nDogs 3\n", "title=1", headed=True)
    assert [reference.title for reference in references] == ["Dogs 3"]


def test_a_list_of_tags_gives_its_first_or_all(tmp_path: Path) -> None:
    content = '{"title": "a", "tags": ["x", "y"], "deep": {"tags": [{"name": "p"}, {"name": "q"}]}}\n'
    for mapped, tag in (("tag=tags", "x"), ("tag=tags[]", "x, y"), ("tag=tags[1]", "y"), ("tag=deep.tags", "p"),
                        ("tag=deep.tags[].name", "p, q")):  # fmt: skip
        (reference,), report = read(tmp_path / "t.jsonl", content, mapped, strict=True)
        assert reference.tag == tag
        assert not report.reasons


def test_a_row_with_damaged_bytes_is_rejected_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("title,tag\nCafé,é\nété,ü\nà,ç\n".encode() + b"cut \xf0\x9f\x8d,x\n")
    report = ImportReport("")
    references = read_source(str(path), {}, report)
    assert [reference.title for reference in references] == ["Café", "été", "à"]
    assert [(remark.line, remark.reason) for remark in report.first] == [(5, "bytes that are not UTF-8 in title")]
