"""VirusTotal's own client for Python, unchanged, against the look-alike: it must not notice the difference.

SPDX-License-Identifier: MIT
"""

import pytest
import vt

import vt_reports
from virustotal import Fault, Key, VirusTotal


@pytest.fixture
def look_alike():
    with VirusTotal() as running:
        yield running


def client(look_alike, key=None):
    return vt.Client(key or look_alike.key, host=look_alike.url.removesuffix("/api/v3"))


def code_of(call, *arguments):
    with pytest.raises(vt.APIError) as refusal:
        call(*arguments)
    return refusal.value.code


def test_a_file_by_each_of_its_hashes(look_alike):
    report = look_alike.add(vt_reports.report("asked by the official client"))["data"]["attributes"]
    with client(look_alike) as official:
        for kind in ("md5", "sha1", "sha256"):
            file = official.get_object("/files/{}", report[kind])
            assert (file.type, file.id) == ("file", report["sha256"])
            assert file.last_analysis_stats == report["last_analysis_stats"]
            assert file.popular_threat_classification["suggested_threat_label"] == "trojan.mirai/gafgyt"
            assert file.last_analysis_date.timestamp() == report["last_analysis_date"]
            assert file.last_analysis_results["Avira"]["category"] == "malicious"
    assert [r.status for r in look_alike.lookups()] == [200] * 3


def test_a_file_nobody_knows(look_alike):
    value = vt_reports.hashes("unknown")["sha256"]
    look_alike.forget(value)
    with client(look_alike) as official:
        assert code_of(official.get_object, "/files/{}", value) == "NotFoundError"


def test_a_quota_that_is_spent(look_alike):
    look_alike.keys[look_alike.key] = Key(per_minute=2)
    value = vt_reports.hashes("known")["sha256"]
    with client(look_alike) as official:
        official.get_object("/files/{}", value)
        official.get_object("/files/{}", value)
        assert code_of(official.get_object, "/files/{}", value) == "QuotaExceededError"


def test_a_wrong_key(look_alike):
    with client(look_alike, key="f" * 64) as official:
        assert code_of(official.get_object, "/files/{}", vt_reports.hashes("known")["md5"]) == "WrongCredentialsError"


def test_the_key_check_costs_no_quota(look_alike):
    look_alike.keys[look_alike.key] = Key(per_minute=1)
    with client(look_alike) as official:
        for _ in range(3):
            assert official.get_data("/files/upload_url").startswith("https://")
        official.get_object("/files/{}", vt_reports.hashes("known")["sha256"])


def test_a_server_that_is_down_for_a_while(look_alike):
    look_alike.faults.append(Fault(status=503, code="TransientError", times=1))
    value = vt_reports.hashes("known")["sha256"]
    with client(look_alike) as official:
        assert code_of(official.get_object, "/files/{}", value) in ("TransientError", "ServerError")
        assert official.get_object("/files/{}", value).id == value
