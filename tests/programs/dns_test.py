#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Facts of names, as real name servers tell them: nsd and unbound on
loopback, with a zone for each case, and rogues for what those never send."""
import contextlib
import json
import os
import pathlib
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import name_servers
from house import House
from learn_test import Mailbox
from name_servers import Rogue, Servers, address, asked_about, mx, reply

PRINT_FACTS = os.environ["PRINT_FACTS"]
PROGRAM = os.environ["LOSTLETTER"]

MANY = "".join(f"many.test. MX {n} mail{n}.many.test.\n"
               f"mail{n}.many.test. A 192.88.99.{n}\n" for n in range(1, 101))
CHAIN = "".join(f"chain{n}.test. CNAME chain{n + 1}.test.\n"
                for n in range(1, 6))
ZONE = """$TTL 60
. SOA ns.test. root.test. 1 3600 600 86400 30
. NS ns.test.
ns.test. A 127.0.0.1
real.test. MX 10 mail.real.test.
mail.real.test. A 192.88.99.1
six.test. MX 10 mail.six.test.
mail.six.test. AAAA 2001:4860::1
implicit.test. A 192.88.99.2
null.test. MX 0 .
null.test. TXT "v=spf1 -all"
nullonly.test. MX 0 .
nullonly.test. TXT "v=spf1 mx -all"
nullbeside.test. MX 0 .
nullbeside.test. MX 10 mail.real.test.
txtonly.test. TXT "no mail here"
local.test. MX 10 mail.local.test.
mail.local.test. A 127.0.0.1
private.test. MX 10 mail.private.test.
mail.private.test. A 10.1.2.3
private.test. A 192.88.99.3
dangling.test. MX 10 nowhere.dangling.test.
halfdangling.test. MX 10 nowhere.dangling.test.
halfdangling.test. MX 20 mail.real.test.
*.wild.test. MX 10 mail.real.test.
own.wild.test. MX 10 mail.six.test.
*.deep.wild.test. MX 10 mail.six.test.
*.addresses.test. A 192.88.99.4
parkedmx.test. MX 10 mx1.h-email.net.
mx1.h-email.net. A 192.88.99.6
broken.test. MX 10 mail.slow.test.
toalias.test. MX 10 alias.test.
alias.test. CNAME mail.real.test.
chain6.test. MX 10 mail.real.test.
toward.test. CNAME nowhere.dangling.test.
circle1.test. CNAME circle2.test.
circle2.test. CNAME circle1.test.
army.ml. MX 10 mail.army.ml.
mail.army.ml. A 192.88.99.7
us.army.ml. MX 10 mail.army.ml.
uscg.ml. MX 0 .
""" + MANY + CHAIN
PARKED = """$TTL 60
parked.test. SOA ns.test. root.test. 1 3600 600 86400 30
parked.test. NS ns1.sedoparking.com.
parked.test. MX 10 mx.parked.test.
mx.parked.test. A 192.88.99.5
"""

# name, exists, service, accepts, the exchangers, wildcards
TOLD = (
    ("real.test", "yes", "mx", "yes", [[10, "mail.real.test", "yes"]], []),
    ("six.test", "yes", "mx", "yes", [[10, "mail.six.test", "yes"]], []),
    ("implicit.test", "yes", "implicit", "yes",
     [[0, "implicit.test", "yes"]], []),
    ("null.test", "yes", "null", "no", [], []),
    ("nullonly.test", "yes", "null", "no", [], []),
    ("nullbeside.test", "yes", "mx", "yes",
     [[0, ".", "no"], [10, "mail.real.test", "yes"]], []),
    ("txtonly.test", "yes", "none", "no", [], []),
    ("nothing.test", "no", "none", "no", [], []),
    ("below.nothing.test", "no", "none", "no", [], []),
    ("local.test", "yes", "mx", "no", [[10, "mail.local.test", "no"]], []),
    # An address of the name itself does not help it: it has MX (RFC 5321 5.1).
    ("private.test", "yes", "mx", "no",
     [[10, "mail.private.test", "no"]], []),
    ("dangling.test", "yes", "mx", "no",
     [[10, "nowhere.dangling.test", "no"]], []),
    ("halfdangling.test", "yes", "mx", "yes",
     [[10, "nowhere.dangling.test", "no"], [20, "mail.real.test", "yes"]],
     []),
    ("any.wild.test", "yes", "mx", "yes",
     [[10, "mail.real.test", "yes"]], ["wild.test"]),
    ("a.b.wild.test", "yes", "mx", "yes",
     [[10, "mail.real.test", "yes"]], ["b.wild.test", "wild.test"]),
    # A name of its own below a wildcard that leads elsewhere.
    ("own.wild.test", "yes", "mx", "yes", [[10, "mail.six.test", "yes"]], []),
    # The nearer wildcard hides the farther one (RFC 4592 3.3.1).
    ("x.deep.wild.test", "yes", "mx", "yes",
     [[10, "mail.six.test", "yes"]], ["deep.wild.test"]),
    ("one.addresses.test", "yes", "implicit", "yes",
     [[0, "one.addresses.test", "yes"]], ["addresses.test"]),
    ("toalias.test", "yes", "mx", "yes", [[10, "alias.test", "yes"]], []),
    ("chain1.test", "yes", "mx", "yes", [[10, "mail.real.test", "yes"]], []),
    ("toward.test", "no", "none", "no", [], []),
    # Lame and silent servers, and circles: nothing is known.
    ("circle1.test", "unknown", "unknown", "unknown", [], []),
    ("lame.test", "unknown", "unknown", "unknown", [], []),
    ("slow.test", "unknown", "unknown", "unknown", [], []),
    ("broken.test", "yes", "mx", "unknown",
     [[10, "mail.slow.test", "unknown"]], []),
    ("army.ml", "yes", "mx", "yes", [[10, "mail.army.ml", "yes"]], []),
    ("us.army.ml", "yes", "mx", "yes", [[10, "mail.army.ml", "yes"]], []),
)


def facts(ports, names, *options):
    """By name, and the counts."""
    servers = [f"127.0.0.1:{port}" for port in ports]
    done = subprocess.run([PRINT_FACTS, *options, *servers],
                          input="\n".join(names).encode(),
                          stdout=subprocess.PIPE, timeout=120, check=True)
    *found, counts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(names), (found, names)
    return {one["name"]: one for one in found}, counts


class RealServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(tempfile.TemporaryDirectory())
        # Takes questions and never answers.
        silent = cls.enterClassContext(Rogue(lambda packet: []))
        # Answers that it is not responsible.
        lame = cls.enterClassContext(
            Rogue(lambda packet: [reply(packet, flags=0x8005)]))
        cls.servers = cls.enterClassContext(
            Servers(cls.place, ZONE, (("slow.test", silent.port),
                                      ("lame.test", lame.port)),
                    {"parked.test": PARKED}))

    def facts(self, *names, options=()):
        return facts([self.servers.resolver], names, *options)

    def test_told(self):
        found, _ = self.facts(*(row[0] for row in TOLD))
        for name, exists, service, accepts, exchangers, wildcards in TOLD:
            with self.subTest(name):
                got = found[name]
                self.assertEqual(
                    (got["exists"], got["service"], got["accepts"],
                     got["exchangers"], got["wildcards"]),
                    (exists, service, accepts, exchangers, wildcards))

    def test_only_null_mx_and_spf_say_no_mail_name(self):
        found, _ = self.facts("null.test", "nullonly.test")
        self.assertEqual([found[name]["refuses_spf"] for name in
                          ("null.test", "nullonly.test")], [True, False])

    def test_parking(self):
        found, _ = self.facts("parked.test", "parkedmx.test", "real.test")
        self.assertEqual(
            {name: one["parked"] for name, one in found.items()},
            {"parked.test": True, "parkedmx.test": True, "real.test": False})

    def test_a_hundred_mx_come_by_tcp(self):
        # By UDP, with room for 1,232 octets as we say (RFC 6891): truncated.
        with socket.socket(type=socket.SOCK_DGRAM) as packets:
            packets.settimeout(20)
            asked = bytearray(name_servers.question("many.test", 15))
            asked[11] = 1
            packets.sendto(bytes(asked) + b"\0" +
                           struct.pack(">HHIH", 41, 1232, 0, 0),
                           ("127.0.0.1", self.servers.resolver))
            self.assertTrue(packets.recv(4096)[2] & 0x02)
        found, _ = self.facts("many.test")
        many = found["many.test"]
        self.assertEqual(many["exchanger_count"], 100)
        self.assertEqual(many["exchangers"],
                         [[n, f"mail{n}.many.test", "yes"]
                          for n in range(1, 11)])

    def test_many_names_at_once(self):
        names = [f"n{n}.nothing.test" for n in range(3000)] + ["real.test"]
        found, counts = self.facts(*names)
        self.assertEqual(
            {one["accepts"] for one in found.values()}, {"no", "yes"})
        self.assertEqual(counts["unknown"], 0)

    def test_second_server_when_the_first_is_away(self):
        away = name_servers.free_port()
        found, _ = facts([away, self.servers.resolver], ["real.test"],
                         "--timeout", "300")
        self.assertEqual(found["real.test"]["accepts"], "yes")


    def check(self, *addresses, resolver=None):
        """The objects of check --dns, by address."""
        done = subprocess.run(
            [PROGRAM, "check", "--json", "--resolver",
             f"127.0.0.1:{resolver or self.servers.resolver}", *addresses],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
            check=False)
        self.assertEqual(done.stderr, b"")
        return {row["address"]: row for row in
                map(json.loads, done.stdout.splitlines())}

    def test_the_guard_is_told(self):
        # address, verdict, action, finding of the DNS
        told = (
            ("a@real.test", "clear", "accept", None),
            ("a@private.test", "clear", "accept", None),
            ("a@nothing.test", "invalid", "reject", "dns.no-such-name"),
            ("a@txtonly.test", "invalid", "reject", "dns.no-mail"),
            ("a@null.test", "invalid", "reject", "dns.null-mx"),
            ("a@lame.test", "clear", "accept", "dns.unknown"),
            ("a@dangling.test", "clear", "accept", "dns.unknown"),
            ("a@parked.test", "clear", "accept", "dns.parked"),
            ("a@any.wild.test", "clear", "accept", "dns.wildcard"),
            # It takes mail: that is what is wrong with it.
            ("a@army.ml", "misdirected", "ask", None),
            # Nobody is asked about a name that no letter can reach.
            ("a@navy.ml", "misdirected", "reject", "dns.no-such-name"),
        )
        found = self.check(*(row[0] for row in told))
        for address, verdict, action, finding in told:
            with self.subTest(address):
                row = found[address]
                of_dns = [one["id"] for one in row["findings"]
                          if one["id"].startswith("dns.")]
                self.assertEqual(
                    (row["verdict"], row["action"], of_dns),
                    (verdict, action, [finding] if finding else []))

    def test_the_dns_is_away(self):
        found = self.check("a@real.test", "a@army.ml",
                           resolver=name_servers.free_port())
        self.assertEqual([(row["verdict"], row["findings"][-1]["id"])
                          for row in found.values()],
                         [("clear", "dns.unknown"),
                          ("misdirected", "dns.unknown")])

    def test_the_guard_of_an_mta_is_told(self):
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            settings = 'resolvers = ["127.0.0.1:{}"]\n'
            with House(folder, settings.format(self.servers.resolver)) as \
                    house:
                with house.client() as mta:
                    mta.mail("ann@example.com")
                    gone = mta.rcpt("general@navy.ml")
                    null = mta.rcpt("general@uscg.ml")
                    taken = mta.rcpt("general@army.ml")
                house.write_config(settings.format(name_servers.free_port()))
                house.reload()
                with house.client() as mta:
                    mta.mail("ann@example.com")
                    away = mta.rcpt("general@usmc.ml")
                    remembered = mta.rcpt("admiral@navy.ml")
        for answer in (gone, remembered):
            self.assertRegex(answer, "^550[- ]5.1.2 ")
            self.assertIn("there is no such name as navy.ml", answer)
        self.assertRegex(null, "^556[- ]5.1.10 ")  # RFC 7505 4.2
        for answer in (taken, away):
            self.assertRegex(answer, "^550[- ]5.7.1 ")
            self.assertIn("send it again within", answer)


# What changes hands while the guard looks: where mail goes, and whether names
# exist. The negative TTL is the lesser of two numbers of the SOA (RFC 2308).
CHANGING = """$TTL 1
. {1} SOA ns.test. root.test. {0} 3600 600 86400 {1}
. NS ns.test.
ns.test. A 127.0.0.1
mail.host.test. A 192.88.99.1
mx1.h-email.net. A 192.88.99.2
mx.clutch.test. A 192.88.99.3
army.ml. MX 10 mx.clutch.test.
navy.ml. MX 10 mx.clutch.test.
usmc.ml. MX 10 mx.clutch.test.
"""
PARTNERS = ("expired.test", "seized.test", "ordinary.test", "stranger.test")


def zone(serial, hosts, more="", negative=1):
    return CHANGING.format(serial, negative) + more + "".join(
        f"{name}. MX 10 {host}.\n" for name, host in zip(PARTNERS, hosts))


class Changes(unittest.TestCase):
    """The DNS says one thing and then another, and the guard is there."""

    def setUp(self):
        self.folder = pathlib.Path(
            self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "dns").mkdir()

    def house(self, negative=1):
        self.servers = self.enterContext(Servers(
            self.folder / "dns",
            zone(1, ["mail.host.test"] * 4, negative=negative),
            unbound="server:\n  cache-max-negative-ttl: 80000"))
        return self.enterContext(House(
            self.folder, f'our_domains = ["example.com"]\n'
            f'resolvers = ["127.0.0.1:{self.servers.resolver}"]\n'))

    def learn(self, *partners):
        box = Mailbox()
        for name in partners:
            box.both_ways("ann@example.com", f"bob@{name}", 20)
        path = self.folder / "letters.mbox"
        path.write_bytes(box.text)
        subprocess.run([PROGRAM, "learn", "--state",
                        str(self.folder / "state"), "--us", "example.com",
                        str(path)], check=True, stdout=subprocess.DEVNULL)

    def remembered(self, kind):
        """Names of which the guard remembers something of this kind."""
        database = self.folder / "state" / "names.db"
        if not database.exists():
            return set()
        with contextlib.closing(sqlite3.connect(database, 10)) as opened, \
                contextlib.suppress(sqlite3.OperationalError):  # just made
            return {name for (name,) in opened.execute(
                "SELECT name FROM facts WHERE kind = ?", (kind,))}
        return set()

    def until(self, happens):
        end = time.monotonic() + 60
        while not (got := happens()):
            self.assertLess(time.monotonic(), end, "it does not happen")
            time.sleep(0.2)
        return got

    @staticmethod
    def write_to(house, *recipients):
        with house.client() as mta:
            mta.mail("ann@example.com")
            return [mta.rcpt(recipient) for recipient in recipients]

    def test_a_partner_whose_mail_moved(self):
        self.learn("expired.test", "seized.test", "ordinary.test")
        house = self.house()
        addresses = [f"bob@{name}" for name in PARTNERS]

        def looked_at():
            self.write_to(house, *addresses)
            return {"expired.test", "seized.test",
                    "ordinary.test"} <= self.remembered("partner")
        self.until(looked_at)
        # Three wrong names make one host a clutch.
        self.until(lambda: self.write_to(
            house, "a@army.ml", "a@navy.ml", "a@usmc.ml") and
            "clutch.test" in self.remembered("clutch"))
        self.servers.rewrite(zone(2, ["mx1.h-email.net", "mx.clutch.test",
                                      "ns.test", "mx1.h-email.net"]))

        def told():
            # The letter does not wait for it.
            self.assertEqual(set(self.write_to(house, *addresses[:3])),
                             {"continue"})
            return [{name for line in list(house.log)
                     if "dns.moved" in line and name in line}
                    for name in PARTNERS]
        found = self.until(lambda: (got := told())[0] and got[1] and got)
        # Who moved to an ordinary host, and whom nothing is known of.
        self.assertEqual(found[2:], [set(), set()])

    def test_what_does_not_exist_may_exist_later(self):
        house = self.house()

        def answer():
            return self.write_to(house, "general@uscg.ml")[0]
        self.assertRegex(answer(), "^550[- ]5.1.2 ")
        self.servers.rewrite(zone(2, ["mail.host.test"] * 4,
                                  "uscg.ml. MX 10 mail.host.test.\n"))
        # RFC 2308: a second, by the zone; unbound is asked again after it.
        self.until(lambda: "send it again" in answer())

    def test_for_how_long_it_is_kept_that_nothing_exists(self):
        for negative, kept in ((3000, 3000), (70_000, 3 * 3600)):
            with self.subTest(negative):
                house = self.house(negative)
                begin = time.time()
                self.assertRegex(self.write_to(house, "general@uscg.ml")[0],
                                 "^550[- ]5.1.2 ")
                house.stop()
                with contextlib.closing(sqlite3.connect(
                        self.folder / "state" / "names.db")) as opened:
                    ((until,),) = opened.execute(
                        "SELECT until FROM facts WHERE kind = 'answer' AND "
                        "name = 'uscg.ml 15'")
                # As it was when unbound had it.
                self.assertTrue(begin + kept - 60 < until <=
                                time.time() + kept, until - begin)
                (self.folder / "state" / "names.db").unlink()


class Rogues(unittest.TestCase):
    """What stands in for the resolver here lies, or is confused."""

    def ask(self, answer, *names):
        with Rogue(answer) as rogue:
            found, _ = facts([rogue.port], names, "--timeout", "200",
                             "--deadline", "1000")
        return found

    def test_answers_for_other_names_are_not_believed(self):
        def answer(packet):
            name, kind = asked_about(packet)
            if name == "victim.test" and kind == 15:
                return [reply(packet, [mx("victim.test", "mail.test"),
                                       mx("other.test", "evil.test"),
                                       address("other.test", "192.88.99.9"),
                                       address("mail.test", "192.88.99.9")])]
            if name == "stranger.test" and kind == 15:
                return [reply(packet, [mx("victim.test", "evil.test")])]
            return [reply(packet)]
        found = self.ask(answer, "victim.test", "stranger.test", "other.test")
        self.assertEqual(
            {name: (one["service"], one["exchangers"])
             for name, one in found.items()},
            # Nor the address of mail.test, which nobody asked about yet.
            {"victim.test": ("mx", [[10, "mail.test", "no"]]),
             "stranger.test": ("none", []),
             "other.test": ("none", [])})

    def test_answers_that_are_none(self):
        def other_question(packet):
            return [reply(packet, [mx("a.test", "mail.test")],
                          asked=name_servers.question("b.test", 15)[12:])]

        def wrong_number(packet):
            (number,) = struct.unpack(">H", packet[:2])
            return [reply(packet, [mx("a.test", "mail.test")],
                          number=number ^ 1)]

        def cut(packet):
            return [reply(packet, [mx("a.test", "mail.test")])[:-3]]

        def pointer_loop(packet):
            return [reply(packet, [b"\xc0\x0c" + b"\0\x0f\0\x01" +
                                   b"\0\0\0\x3c\0\x04\0\x0a\xc0\xff"])]

        def garbage(packet):
            return [packet[:2] + b"\x81\x80" + os.urandom(60), b"", b"\0" * 5]

        def refused(packet):
            return [reply(packet, flags=0x8185)]

        def failed(packet):
            return [reply(packet, flags=0x8182)]

        for answer in (other_question, wrong_number, cut, pointer_loop,
                       garbage, refused, failed):
            with self.subTest(answer.__name__):
                found = self.ask(answer, "a.test")
                self.assertEqual(
                    (found["a.test"]["exists"], found["a.test"]["accepts"]),
                    ("unknown", "unknown"))

    def test_verified_answers(self):
        def answer(packet):
            assert packet[3] & 0x20, "the question does not ask for AD"
            flags = 0x81a0 if asked_about(packet)[0] == "signed.test" \
                else 0x8180
            return [reply(packet, flags=flags)]
        found = self.ask(answer, "signed.test", "plain.test")
        self.assertEqual([found[name]["authentic"] for name in
                          ("signed.test", "plain.test")], [True, False])

    def test_hosts_that_are_no_names_are_not_asked_about(self):
        asked = []

        def answer(packet):
            name, kind = asked_about(packet)
            asked.append(name)
            odd = b"\x05a b\x00c\x04test\x00"
            records = [name_servers.record(name, 15, b"\0\x0a" + odd)]
            return [reply(packet, records if kind == 15 else [])]
        found = self.ask(answer, "a.test")
        self.assertEqual(found["a.test"]["exchangers"],
                         [[10, "a\\032b\\000c.test", "no"]])
        self.assertTrue(all(name.isprintable() and " " not in name
                            for name in asked), asked)

    def test_no_more_questions_are_under_way_than_was_said(self):
        names = [f"n{n}.test" for n in range(300)]
        for most in (1, 20, 200):
            with self.subTest(most), name_servers.Patient() as rogue:
                found, counts = facts([rogue.port], names[:5 * most],
                                      "--in-flight", str(most))
                self.assertEqual({one["accepts"] for one in found.values()},
                                 {"no"})
                self.assertEqual(counts["unknown"], 0)
                self.assertEqual(rogue.most, most)

    def test_a_guard_whose_resolver_is_silent_decides_without_it(self):
        heard = []
        with Rogue(lambda packet: heard.append(packet) or []) as rogue, \
                tempfile.TemporaryDirectory() as place, \
                House(pathlib.Path(place),
                      f'resolvers = ["127.0.0.1:{rogue.port}"]\n') as house:
            for typed, answer in (("general@usmc.ml", "550[- ]5.7.1 .*"),
                                  ("ann@some-name.test", "continue$")):
                with house.client() as mta:
                    mta.mail("ann@example.com")
                    self.assertRegex(mta.rcpt(typed), "(?s)^" + answer)
        self.assertTrue(heard)

    def test_everything_ends_in_time_when_nothing_answers(self):
        names = [f"n{n}.test" for n in range(300)]
        found = self.ask(lambda packet: [], *names)
        self.assertEqual({one["accepts"] for one in found.values()},
                         {"unknown"})


if __name__ == "__main__":
    if not name_servers.available():
        print("skipped: no nsd and unbound here (tools/install-deps test)")
        sys.exit(77)
    unittest.main()
