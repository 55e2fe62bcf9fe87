"""The newest WordPress in Debian: posts are published and followed there, and a save in its editor is no edit and
brings nothing to life."""

import lab
import pytest
from test_article import listener, test_hostile_text_stays_text_after_a_save_in_the_editor
from test_publisher_late import test_saved_in_the_editor, test_updated_by_a_click
from test_publisher_people import test_edited_by_hand, test_trashed_and_deleted

pytestmark = pytest.mark.full

__all__ = ["listener", "test_edited_by_hand", "test_hostile_text_stays_text_after_a_save_in_the_editor",
           "test_saved_in_the_editor", "test_trashed_and_deleted", "test_updated_by_a_click"]


@pytest.fixture(scope="module")
def shared_newest_site(tmp_path_factory):
    with lab.WordPress(tmp_path_factory.mktemp("newest"), release="sid") as site:
        assert int(site.version.split(".")[0]) >= 7
        yield site


@pytest.fixture
def site(shared_newest_site):
    shared_newest_site.delete_all()
    yield shared_newest_site
    shared_newest_site.clear_fault()
