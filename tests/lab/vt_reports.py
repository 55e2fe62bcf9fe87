"""File reports in VirusTotal's schema, all invented.  SPDX-License-Identifier: MIT"""

import functools
import hashlib
import json

ENGINES = """Acronis AhnLab-V3 Alibaba ALYac Antiy-AVL Arcabit Avast AVG Avira Baidu BitDefender Bkav ClamAV
CMC CrowdStrike CTX Cynet DrWeb Elastic Emsisoft eScan ESET-NOD32 Fortinet GData Google Gridinsoft Huorong Ikarus
Jiangmin K7AntiVirus K7GW Kaspersky Kingsoft Lionic Malwarebytes MaxSecure Microsoft NANO-Antivirus Panda QuickHeal
Rising Sangfor SentinelOne Skyhigh Sophos Symantec TACHYON Tencent Trellix TrendMicro TrendMicro-HouseCall Varist
VBA32 VIPRE VirIT ViRobot VirusTotalGuard WithSecure Xcitium Yandex Zillya ZoneAlarm Zoner alibabacloud google_safe
Webroot tehtris Trapmine SUPERAntiSpyware""".split()


def error(code, message):
    return {"error": {"code": code, "message": message}}


def text(body):
    return json.dumps(body, indent=4).encode()


def hashes(name):
    """The three hashes of the made-up file with this name."""
    content = f"potpress lab file {name}\n".encode()
    return {kind: hashlib.new(kind, content).hexdigest() for kind in ("sha256", "sha1", "md5")}


def results(malicious, undetected, unsupported, labels):
    """One result per engine; `labels` are given to those that detect, in turn."""
    out = {}
    for n, engine in enumerate(ENGINES[: malicious + undetected + unsupported]):
        bad = n < malicious
        category = "malicious" if bad else "undetected" if n < malicious + undetected else "type-unsupported"
        out[engine] = {
            "method": "blacklist", "engine_name": engine, "engine_version": "1.0", "engine_update": "20251130",
            "category": category, "result": labels[n % len(labels)] if bad else None,
        }
    return out


def stats(engines):
    keys = ("malicious", "suspicious", "undetected", "harmless", "timeout", "confirmed-timeout", "failure",
            "type-unsupported")
    counted = [result["category"] for result in engines.values()]
    return {key: counted.count(key) for key in keys}


KINDS = {
    "mirai": {"malicious": 45, "undetected": 18, "labels": ["Linux.Mirai.A", "ELF/Mirai.b", "Backdoor.Mirai!x"],
              "names": [("mirai", 33), ("gafgyt", 5)], "category": "trojan", "type": ("ELF", "elf"),
              "magic": "ELF 32-bit LSB executable, ARM, version 1 (SYSV), statically linked, stripped",
              "file": "mirai.arm7", "tags": ["elf", "upx"], "size": 92416},
    "dropper": {"malicious": 36, "undetected": 24, "labels": ["Generic.Linux.Medusa.C.1"] * 3 + ["Shell.Mirai.1"],
                "names": [], "category": "downloader", "type": ("Shell script", "shell"), "magic": "POSIX shell script",
                "file": "bins.sh", "tags": ["shell"], "size": 2115},
    "few": {"malicious": 3, "undetected": 58, "labels": ["Heur.Suspect"], "names": [], "category": None,
            "type": ("Text", "text"), "magic": "ASCII text", "file": "x", "tags": [], "size": 40},
    "undetected": {"malicious": 0, "undetected": 62, "labels": [""], "names": [], "category": None,
                   "type": ("ELF", "elf"), "magic": "ELF 64-bit", "file": "busybox", "tags": ["elf"], "size": 1000000},
    "inconclusive": {"malicious": 0, "undetected": 12, "labels": [""], "names": [], "category": None,
                     "type": ("unknown", "unknown"), "magic": "data", "file": "a", "tags": [], "size": 9},
    "not_analysed": {"malicious": 0, "undetected": 0, "labels": [""], "names": [], "category": None,
                     "type": ("unknown", "unknown"), "magic": "data", "file": "a", "tags": [], "size": 9},
    "pua": {"malicious": 20, "undetected": 40, "labels": ["PUA.Miner"], "names": [("xmrig", 12)], "category": "pua",
            "type": ("ELF", "elf"), "magic": "ELF 64-bit", "file": "xmrig", "tags": ["elf"], "size": 3000000},
}


def tlsh(known):
    """A digest of the right form that follows from the file's hashes: no two are close."""
    return "T1" + (known["sha256"] + known["md5"])[:70].upper()


def report(name=None, kind="mirai", hashes_=None, analysed=1764500000, **attributes):
    """The report of the made-up file `name`, or of the file with these hashes."""
    known = hashes_ or hashes(name)
    k = KINDS[kind]
    engines = results(k["malicious"], k["undetected"], 6 if k["undetected"] else 0, k["labels"])
    body = {
        **known, "size": k["size"], "type_description": k["type"][0], "type_tag": k["type"][1], "magic": k["magic"],
        "tlsh": tlsh(known), "names": [k["file"]], "meaningful_name": k["file"], "tags": k["tags"],
        "first_submission_date": analysed - 86400, "last_submission_date": analysed,
        "last_analysis_date": analysed, "last_analysis_stats": stats(engines), "last_analysis_results": engines,
        "reputation": -5, "times_submitted": 3, "unique_sources": 3, "total_votes": {"harmless": 0, "malicious": 1},
    }
    if kind == "not_analysed":
        del body["last_analysis_date"]
    classes = {}
    if k["category"]:
        classes["popular_threat_category"] = [{"value": k["category"], "count": 12}]
    if k["names"]:
        classes["popular_threat_name"] = [{"value": value, "count": n} for value, n in k["names"]]
    if classes:
        label = "/".join(value for value, _ in k["names"][:2])
        classes["suggested_threat_label"] = f"{k['category']}.{label}" if k["category"] else label
        body["popular_threat_classification"] = classes
    body.update(attributes)
    return {"data": {"id": known["sha256"], "type": "file", "attributes": body,
                     "links": {"self": f"https://www.virustotal.com/api/v3/files/{known['sha256']}"}}}


@functools.lru_cache(maxsize=4096)
def derived(value):
    """A file nobody declared: its other hashes follow from the one asked for."""
    known = {kind: hashlib.new(kind, value.encode()).hexdigest() for kind in ("sha256", "sha1", "md5")}
    known[{32: "md5", 40: "sha1", 64: "sha256"}[len(value)]] = value
    return report(kind="mirai", hashes_=known)
