# SPDX-License-Identifier: Apache-2.0
"""The letters of traffic.py as Exim and Sendmail write them down."""
import datetime
import json
import zoneinfo

from traffic import US, is_ours, relay_of, stamp

GREYLISTED = "450 4.7.1 Recipient address rejected: Greylisted"
UNKNOWN = "550 5.1.1 Recipient address rejected: User unknown"


def client_of(letter):
    return ("desk.example.com", "192.0.2.7") if letter.login else \
        ("mx.elsewhere.invalid", "198.51.100.9")


def host_of(address):
    """"mx.b.test", "192.0.2.1" """
    name, _, rest = relay_of(address).partition("[")
    return name, rest.partition("]")[0]


# Exim


def exim_stamp(at):
    """Its own date, with log_timezone."""
    return stamp(at).replace("T", " ").replace("+00:00", " +0000")


def base62(number, size):
    digits = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
              "abcdefghijklmnopqrstuvwxyz")
    text = ""
    for _ in range(size):
        number, rest = divmod(number, 62)
        text = digits[rest] + text
    return text


def exim_lines(letter, number):
    queue = f"{base62(letter.at, 6)}-{base62(number % 62 ** 6, 6)}-00"
    name, address = client_of(letter)
    if letter.to[0][1] == "rejected":
        yield letter.at, (f"H={name} [{address}] F=<{letter.sender}> rejected "
                          f"RCPT <{letter.to[0][0]}>: blocked")
        return
    login = f" A=plain_login:{letter.login}" if letter.login else ""
    source = f" H={name} [{address}] P=esmtps{login}" if letter.sender else \
        " R=1abcde-000001-00 U=Debian-exim P=local"
    yield letter.at, (f"{queue} <= {letter.sender or '<>'}{source} "
                      f"S={letter.size} id={number}.{letter.at}@{US}")
    now = letter.at + 1
    for _ in range(letter.defers):
        for one, *_ in letter.to:
            if not is_ours(one):
                yield now, (f"{queue} == {one} R=dnslookup T=remote_smtp defer "
                            "(-44): SMTP error from remote mail server after "
                            f"RCPT TO:<{one}>: host {host_of(one)[0]} "
                            f"[{host_of(one)[1]}]: {GREYLISTED}")
        now += 900
    for typed, fate, *final in letter.to:
        yield now, f"{queue} " + exim_outcome(letter, typed, fate, final)
    yield now, f"{queue} Completed"


def exim_outcome(letter, typed, fate, final):
    one = final[0] if final else typed
    whom = f"{one} <{typed}>" if final else one
    if is_ours(one):
        return f"=> {one.split('@')[0]} <{typed}> R=local_user T=maildir_home"
    name, address = host_of(one)
    if fate == "bounced":
        return (f"** {whom} R=dnslookup T=remote_smtp H={name} [{address}]: "
                "SMTP error from remote mail server after RCPT "
                f"TO:<{one}>: {UNKNOWN}")
    tls = "" if letter.clear else \
        " X=TLS1.3:ECDHE_SECP256R1__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=yes"
    return (f"=> {whom} R=dnslookup T=remote_smtp H={name} [{address}]{tls} "
            'C="250 2.0.0 Ok: queued as 4C1D2E3F4A"')


# Sendmail


def sendmail_lines(letter, number):
    queue = f"4{base62(letter.at % 62 ** 5, 5)}z{number % 10 ** 6:06}"
    process = 1000 + number % 31
    host = f"mail sm-mta[{process}]"
    name, address = client_of(letter)
    relay = f"{name} [{address}]"
    refused = letter.to[0][1] == "rejected"
    if refused:
        yield letter.at, (f"{host}: {queue}: ruleset=check_rcpt, "
                          f"arg1=<{letter.to[0][0]}>, relay={relay}, reject="
                          f"550 5.7.1 <{letter.to[0][0]}>... blocked")
    if letter.login:
        yield letter.at, (f"{host}: AUTH=server, relay={relay}, "
                          f"authid={letter.login}, mech=PLAIN, bits=0")
    yield letter.at, (f"{host}: {queue}: from=<{letter.sender}>, "
                      f"size={0 if refused else letter.size}, class=0, nrcpts="
                      f"{0 if refused else len(letter.to)}, "
                      f"msgid=<{number}.{letter.at}@{US}>, proto=ESMTP, "
                      f"daemon=MTA-v4, relay={relay}")
    if refused:
        return
    now = letter.at + 1
    for _ in range(letter.defers):
        for one, *_ in letter.to:
            if not is_ours(one):
                yield now, sendmail_outcome(f"{host}: {queue}", one,
                                            f"dsn=4.7.1, stat=Deferred: "
                                            f"{GREYLISTED}")
        now += 900
    for i, (typed, fate, *final) in enumerate(letter.to):
        worker = f"mail sm-mta[{process + 200 + 40 * i}]"
        # An alias is told as where it leads; the address typed is lost.
        one = final[0] if final else typed
        if not is_ours(one) and not letter.clear:
            yield now, (f"{worker}: STARTTLS=client, relay={host_of(one)[0]}., "
                        "version=TLSv1.3, verify=OK, cipher="
                        "TLS_AES_256_GCM_SHA384, bits=256/256")
        yield now, sendmail_outcome(
            f"{worker}: {queue}", one,
            "dsn=5.1.1, stat=User unknown" if fate == "bounced" else
            "dsn=2.0.0, stat=Sent (2.0.0 Ok: queued as 4C1D2E3F4A)")


def sendmail_outcome(begin, one, end):
    if is_ours(one):
        return (f"{begin}: to=<{one}>, delay=00:00:01, xdelay=00:00:00, "
                f"mailer=local, pri=30000, dsn=2.0.0, stat=Sent")
    name, address = host_of(one)
    return (f"{begin}: to=<{one}>, delay=00:00:01, xdelay=00:00:01, "
            f"mailer=esmtp, pri=120000, relay={name}. [{address}], {end}")


# The same lines of Postfix, as other collectors write them down. Each takes
# what traffic.in_order gives: "2024-01-01T00:11:17+00:00 mail postfix/..."


def parts_of(line):
    when, host, tag, text = line.rstrip("\n").split(" ", 3)
    program, _, process = tag.rstrip(":").rstrip("]").partition("[")
    return datetime.datetime.fromisoformat(when), host, program, process, text


def as_rfc5424(lines):
    for line in lines:
        when, host, program, process, text = parts_of(line)
        yield (f"<22>1 {when:%Y-%m-%dT%H:%M:%S}.123456Z {host} {program} "
               f"{process} - - {text}\n")


def as_rfc3164(lines):
    """Without year and zone: the reader's are Berlin's (TZ)."""
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    for line in lines:
        when, host, program, process, text = parts_of(line)
        when = when.astimezone(berlin)
        yield (f"{when:%b} {when.day:2} {when:%H:%M:%S} {host} "
               f"{program}[{process}]: {text}\n")


def as_journal(lines):
    for line in lines:
        when, host, program, process, text = parts_of(line)
        yield json.dumps({
            "__REALTIME_TIMESTAMP": str(int(when.timestamp() * 1_000_000)),
            "_HOSTNAME": host, "SYSLOG_IDENTIFIER": program,
            "SYSLOG_PID": process, "MESSAGE": text, "PRIORITY": "6"}) + "\n"
