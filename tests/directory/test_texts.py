"""What a text is once it was read: words and lines, whatever an editor put around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.sources import texts


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("<p>Du <b>texte</b><br>riche</p>", "Du texte\nriche"),
        ("Accueil &amp; &eacute;coute&nbsp;: 9h&#8209;12h", "Accueil & écoute : 9h\u201112h"),
        ("<ul class='x'><li>un</li><li>deux</li></ul>trois", "- un\n- deux\ntrois"),
        ("a<script>x()</script><!-- y -->b", "ab"),
        ("&lt;p&gt;escaped twice&amp;nbsp;&lt;/p&gt;", "escaped twice"),
        ("moins de 25 ans < 3 & > 2", "moins de 25 ans < 3 & > 2"),
        ("R&D; <a@b.fr> <bureau 3> ?a=1&copy=2", "R&D; <a@b.fr> <bureau 3> ?a=1&copy=2"),
    ],
)
def test_marks_of_html_are_left_as_words_and_lines(given: str, words: str) -> None:
    assert texts.clean(given) == words


pieces = st.sampled_from(
    ["<p>", "</p>", "<", ">", "&", "amp;", "lt;", "gt;", "#38;", "b", "<li>", "<!--", "-->", " ", "é"]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_what_was_read_once_stays_as_it_is(text: str) -> None:
    once = texts.clean(text)
    assert texts.clean(once) == once
