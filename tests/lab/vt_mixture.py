"""What VirusTotal might answer about a day's catch: mostly Mirai, some droppers and miners, some files nobody knows.

SPDX-License-Identifier: MIT
"""

import hashlib
import time

import vt_reports

DAY = 86400
# Of a hundred files, up to which number: the kind of report, None for a file that VirusTotal does not know.
KINDS = ((44, "mirai"), (60, "dropper"), (68, "few"), (77, "undetected"), (84, "pua"), (87, "inconclusive"),
         (88, "not_analysed"), (100, None))
NAMES = {"mirai": ("boatnet.arm7", "sora.mips", "arm5", "x86_64", "bot.ppc"), "dropper": ("bins.sh", "wget.sh", "x")}
EICAR = {"sha256": "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
         "sha1": "3395856ce81f2b7382dee72602f798b642f14140", "md5": "44d88612fea8a8f36de82e1278abb02f"}


def recently(dice):
    """A moment within the last ninety days, the same for the same number."""
    return int(time.time()) // DAY * DAY - dice % (90 * DAY)


def detections(malicious, undetected, labels):
    engines = vt_reports.results(malicious, undetected, 6, labels)
    return {"last_analysis_results": engines, "last_analysis_stats": vt_reports.stats(engines)}


def eicar():
    return vt_reports.report(
        hashes_=EICAR, kind="dropper", analysed=recently(DAY), size=68, type_description="Text", type_tag="text",
        names=["eicar.com"], magic="ASCII text, with no line terminators", meaningful_name="eicar.com",
        tags=["text", "attachment"], **detections(58, 7, ["EICAR-Test-File", "Eicar-Signature", "EICAR_Test_File"]),
        popular_threat_classification={"suggested_threat_label": "virus.eicar/test",
                                       "popular_threat_category": [{"value": "virus", "count": 13}],
                                       "popular_threat_name": [{"value": "eicar", "count": 30}]})


def dice_of(value):
    return int(hashlib.sha256(value.encode()).hexdigest()[:12], 16)


def report(value):
    """The report of the file with this hash, always the same one; None: not known."""
    if value in EICAR.values():
        return eicar()
    dice = dice_of(value)
    kind = next(kind for most, kind in KINDS if dice % 100 < most)
    return described(value, kind, dice) if kind else None


class Turning:
    """The same, but the first file that is asked for is unknown, and known as malicious some seconds later."""

    def __init__(self, seconds=15):
        self.seconds = seconds
        self.value = None
        self.known_at = 0
        self.sent = None              # when VirusTotal received it

    def report(self, value):
        if self.value is None and value not in EICAR.values():
            self.value, self.known_at = value, time.monotonic() + self.seconds
        if value != self.value:
            return report(value)
        if time.monotonic() < self.known_at:
            return None
        self.sent = self.sent or int(time.time())
        return described(value, "mirai", dice_of(value), self.sent)


def described(value, kind, dice, sent=None):
    """A report of that kind; sent: when the file was first submitted, and analysed."""
    known = vt_reports.derived(value)["data"]["attributes"]
    hashes = {name: known[name] for name in ("sha256", "sha1", "md5")}
    k = vt_reports.KINDS[kind]
    missed = dice // 100 % 9 if k["malicious"] > 9 else 0
    names = NAMES.get(kind, (k["file"],))
    name = names[dice // 1000 % len(names)]
    varied = {"size": k["size"] + dice // 1000 % max(k["size"], 1), "names": [name], "meaningful_name": name}
    if kind != "not_analysed":
        varied.update(detections(k["malicious"] - missed, k["undetected"] + missed, k["labels"]))
    if sent:
        varied["first_submission_date"] = sent
    return vt_reports.report(hashes_=hashes, kind=kind, analysed=sent or recently(dice // 100), **varied)
