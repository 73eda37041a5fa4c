# SPDX-License-Identifier: Apache-2.0
"""Years of an organisation's mail from a seed, and the truth about it.

People write to whom they know, mostly; partners answer, some never do. Among
them: neighbours called nearly alike who are other people, lists, machines,
spam, greylisting, retries, several recipients. Planted: standing leaks,
letters to mistyped addresses, corrections, bounces. Traffic yields letters day
by day; postfix_lines writes them as Postfix does, traffic_logs.py as other MTAs
do, traffic_tables.py as those who keep tables.
"""
import dataclasses
import datetime
import heapq
import random

from slips import slip

US = "example.com"
DAY = 86400
SYLLABLES = ("ba be bo da de di do fa fe ga go ha he ka ke ki la le li lo lu "
             "ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so su ta "
             "te ti to va ve vi wa we za zo bran cor dal fen gar hol jor kel "
             "lan mar nor per ros sten tor val wil").split()
GIVEN = ("ada alan amy ana ann bea ben carl cleo dana dina eli ella emil eva "
         "finn gina hugo ida iris ivan jana joel jon jule kai karl kim lea "
         "leo lena lina lou luis mara max mia mila nell nico nina noah olga "
         "oscar otto paul pia rita rosa ruth sam sara theo tim tina tom uwe "
         "vera viktor wanda yara zoe").split()
WORDS = "trading logistics foods energy labs metals media parts tools group " \
    "systems design freight legal travel print water paper".split()
ROLES = "info sales orders office support billing news jobs".split()


@dataclasses.dataclass
class Letter:
    at: int
    sender: str
    # (address as typed, fate, address it was rewritten to)
    to: list
    size: int = 5000
    login: str = ""
    clear: bool = False
    defers: int = 0


@dataclasses.dataclass
class Leak:
    """What was planted: `typed` for `intended`."""
    kind: str
    typed: str
    intended: str
    letters: int = 0
    senders: set = dataclasses.field(default_factory=set)
    is_alias: bool = False  # of somebody here, led there


class Traffic:
    def __init__(self, seed, people=60, partners=150, days=365, leaks=20,
                 begin=datetime.date(2024, 1, 1), busy=1.0):
        self.rng = random.Random(seed)
        self.days, self.busy = days, busy
        self.begin = int(datetime.datetime(
            begin.year, begin.month, begin.day,
            tzinfo=datetime.timezone.utc).timestamp())
        self.used = {US}
        self.people = [f"{name}@{US}" for name in self.names(people)]
        self.partners = self.make_partners(partners)
        self.friends = {person: self.make_friends() for person in self.people}
        self.leaks = []  # of every kind
        self.standing = self.make_standing(leaks)
        self.correspondents = set()  # whom we wrote to

    # Names.

    def word(self):
        return "".join(self.rng.choice(SYLLABLES)
                       for _ in range(self.rng.randint(2, 4)))

    def names(self, count):
        found = {}
        while len(found) < count:
            style = self.rng.random()
            given, family = self.rng.choice(GIVEN), self.word()
            found[f"{given}.{family}" if style < 0.7 else
                  f"{given[0]}.{family}" if style < 0.9 else
                  f"{given}{self.rng.randint(1, 99)}"] = True
        return list(found)

    def domain(self):
        while True:
            name = self.word()
            if self.rng.random() < 0.5:
                name += "-" + self.rng.choice(WORDS)
            elif len(name) < 6:
                continue
            name += self.rng.choice((".test", ".example"))
            if name not in self.used:
                self.used.add(name)
                return name

    def make_partners(self, count):
        """Domain -> addresses; some domains are neighbours of others."""
        partners = {}
        for i in range(count):
            domain = self.domain()
            if i % 25 == 24:  # an honest neighbour, which answers too
                near = slip(self.rng.choice(list(partners)).split(".")[0],
                            self.rng)
                if near + ".test" not in self.used:
                    domain = near + ".test"
                    self.used.add(domain)
            locals_ = self.names(self.rng.randint(1, 30))
            locals_ += self.rng.sample(ROLES, self.rng.randint(0, 3))
            if self.rng.random() < 0.3:  # two mailboxes of one task
                locals_ += ["ops1", "ops2"]
            partners[domain] = [f"{one}@{domain}" for one in locals_]
        return partners

    def make_friends(self):
        """Address -> (letters a day, answers a letter)."""
        friends = {}
        for _ in range(self.rng.randint(5, 40)):
            address = self.rng.choice(
                self.partners[self.rng.choice(list(self.partners))])
            silent = self.rng.random() < 0.08
            friends[address] = (self.busy * 0.01 * self.rng.paretovariate(0.9),
                                0 if silent else self.rng.uniform(0.3, 1.2))
        return friends

    # What goes wrong.

    def free_slip(self, text, part):
        """A slip that makes no address or domain of somebody real."""
        local, domain = text.split("@")
        while True:
            if part == "domain":
                stem, suffix = domain.rsplit(".", 1)
                wrong = slip(stem, self.rng) + "." + suffix
                if wrong not in self.used and "." in wrong[1:]:
                    return f"{local}@{wrong}"
            else:
                wrong = slip(local, self.rng)
                if f"{wrong}@{domain}" not in self.partners.get(domain, ()):
                    return f"{wrong}@{domain}"

    def busy_address(self):
        """Somebody who is written to often, and answers."""
        while True:
            person = self.rng.choice(self.people)
            address = max(self.friends[person],
                          key=lambda a: self.friends[person][a][0] *
                          self.friends[person][a][1])
            often, answers = self.friends[person][address]
            if often * answers * self.days >= 20:
                return person, address

    def make_standing(self, count):
        plans = []
        for i in range(count):
            person, address = self.busy_address()
            part = "local" if i % 4 == 3 else "domain"
            if part == "local" and len(address.split("@")[0]) < 6:
                part = "domain"
            typed = self.free_slip(address, part)
            if part == "domain":
                self.used.add(typed.split("@")[1])
            leak = Leak("standing_leak", typed, address,
                        is_alias=i % 5 == 4)
            first = self.rng.randrange(max(1, self.days // 2))
            last = self.rng.randrange(min(self.days - 1, first + 20),
                                      self.days)
            letters = self.rng.randint(6, 60)
            plans.append((leak, {
                self.rng.randint(first, last) for _ in range(letters)
            } | {first, last}, person))
            self.leaks.append(leak)
        # Five letters make it standing.
        for _, days, _ in plans:
            while len(days) < 6:
                days.add(self.rng.randrange(self.days))
        return plans

    # Letters.

    def moment(self, day):
        hour = self.rng.choices(range(24), [1] * 7 + [6, 20, 30, 30, 25, 18,
                                                      25, 28, 28, 24, 15, 8] +
                                [4] * 5)[0]
        return (self.begin + day * DAY + hour * 3600 +
                self.rng.randrange(3600))

    def outgoing(self, at, person, *to, **more):
        for address, fate, *_ in to:
            self.correspondents.add(address)
        return Letter(at, person, list(to), login=person.split("@")[0],
                      size=self.rng.randint(1500, 90000), **more)

    def day(self, day):
        """The letters of a day, in no order."""
        letters = []
        weekend = datetime.date.fromordinal(719163 + self.begin // DAY +
                                            day).weekday() >= 5
        for person, friends in self.friends.items():
            for address, (often, answers) in friends.items():
                if self.rng.random() < (often * 0.1 if weekend else often):
                    self.converse(letters, day, person, address, answers)
        self.plant(letters, day)
        self.strangers(letters, day)
        return letters

    def converse(self, letters, day, person, address, answers):
        at = self.moment(day)
        chance = self.rng.random()
        if chance < 0.002:
            return self.mistype(letters, at, person, address)
        to = [(address, "sent")]
        if chance > 0.9:  # somebody of the same house as well
            to.append((self.rng.choice(self.people), "sent"))
        if chance > 0.97:
            other = self.rng.choice(list(self.friends[person]))
            if other != address:
                to.append((other, "sent"))
        defers = self.rng.randint(1, 3) if self.rng.random() < 0.03 else 0
        letters.append(self.outgoing(at, person, *to, defers=defers,
                                     clear=self.rng.random() < 0.1))
        if self.rng.random() < answers:
            letters.append(Letter(
                at + self.rng.randint(300, 2 * DAY), address,
                [(person, "sent")], size=self.rng.randint(1500, 90000)))

    def mistype(self, letters, at, person, address):
        part = self.rng.choice(("domain", "domain", "local"))
        typed = self.free_slip(address, part)
        bounced = part == "local" or self.rng.random() < 0.4
        wrong = self.outgoing(at, person,
                              (typed, "bounced" if bounced else "sent"))
        letters.append(wrong)
        kind = "misdirected"
        if self.rng.random() < 0.4:
            kind = "self_correction"
            letters.append(dataclasses.replace(
                wrong, at=at + self.rng.randint(60, 1500),
                to=[(address, "sent")],
                size=wrong.size + self.rng.randint(-20, 20)))
        self.leaks.append(Leak(kind, typed, address, 1, {person}))

    def plant(self, letters, day):
        for leak, days, person in self.standing:
            if day not in days:
                continue
            leak.letters += 1
            if leak.is_alias:  # mail from outside that an alias leads astray
                leak.senders.add(person)
                outside = self.rng.choice(
                    self.partners[self.rng.choice(list(self.partners))])
                letters.append(Letter(self.moment(day), outside,
                                      [(person, "sent", leak.typed)]))
                self.correspondents.add(leak.typed)
            else:
                leak.senders.add(person)
                letters.append(self.outgoing(self.moment(day), person,
                                             (leak.typed, "sent"),
                                             clear=self.rng.random() < 0.5))

    def strangers(self, letters, day):
        """Spam, lists, machines, people nobody wrote to before."""
        share = self.busy * len(self.people)
        for _ in range(int(share * 0.5)):
            sender = f"{self.word()}@{self.word()}.invalid"
            fate = "rejected" if self.rng.random() < 0.7 else "sent"
            letters.append(Letter(self.moment(day), sender,
                                  [(self.rng.choice(self.people), fate)]))
        for _ in range(int(share * 0.1)):
            letters.append(Letter(
                self.moment(day), f"bounces+{self.rng.randrange(10**6)}"
                "@lists.news-letters.test",
                [(one, "sent") for one in self.rng.sample(self.people, 3)]))
        for _ in range(int(share * 0.25)):
            self.new_contact(letters, day)
        if self.rng.random() < 0.3:
            letters.append(Letter(self.moment(day), "", [
                (self.rng.choice(self.people), "sent")], size=3000))

    def new_contact(self, letters, day):
        if self.rng.random() < 0.5:
            domain = self.rng.choice(list(self.partners))
            address = f"{self.names(1)[0]}@{domain}"
        else:
            address = f"{self.names(1)[0]}@{self.domain()}"
        person, at = self.rng.choice(self.people), self.moment(day)
        fate = "bounced" if self.rng.random() < 0.02 else "sent"
        letters.append(self.outgoing(at, person, (address, fate)))
        if fate == "sent" and self.rng.random() < 0.6:
            letters.append(Letter(at + self.rng.randint(300, DAY), address,
                                  [(person, "sent")]))

    def letters(self):
        """All of them, in the order of time."""
        later = []
        count = 0
        for day in range(self.days):
            for letter in self.day(day):
                count += 1
                heapq.heappush(later, (letter.at, count, letter))
            while later and later[0][0] < self.begin + (day + 1) * DAY:
                yield heapq.heappop(later)[2]
        while later:
            yield heapq.heappop(later)[2]


def in_order(letters, lines_of, stamp_of=None):
    """Lines of many letters, mixed as a log mixes them."""
    stamp_of = stamp_of or stamp
    later = []
    count = 0
    for number, letter in enumerate(letters):
        for at, line in lines_of(letter, number):
            count += 1
            heapq.heappush(later, (at, count, line))
        while later and later[0][0] < letter.at:
            at, _, line = heapq.heappop(later)
            yield f"{stamp_of(at)} {line}\n"
    while later:
        at, _, line = heapq.heappop(later)
        yield f"{stamp_of(at)} {line}\n"


STAMPS = {}


def stamp(at):
    day = at // DAY
    if day not in STAMPS:
        STAMPS[day] = datetime.date.fromordinal(719163 + day).isoformat()
    rest = at % DAY
    return (f"{STAMPS[day]}T{rest // 3600:02}:{rest // 60 % 60:02}:"
            f"{rest % 60:02}+00:00")


def is_ours(address):
    return address.endswith("@" + US)


def relay_of(address):
    number = sum(address.encode()) % 200 + 1
    return f"mx.{address.split('@')[1]}[192.0.2.{number}]:25"


def postfix_lines(letter, number):
    queue = f"{0x4A00000000 + 977 * number:X}"
    process = 1000 + number % 31
    at = letter.at
    host = "mail postfix"
    client = "desk.example.com[192.0.2.7]" if letter.login else \
        "mx.elsewhere.invalid[198.51.100.9]"
    if letter.to[0][1] == "rejected":
        yield at, (f"{host}/smtpd[{process}]: NOQUEUE: reject: RCPT from "
                   f"{client}: 550 5.7.1 <{letter.to[0][0]}>: Recipient "
                   f"address rejected: blocked; from=<{letter.sender}> "
                   f"to=<{letter.to[0][0]}> proto=ESMTP helo=<mx.invalid>")
        return
    login = f", sasl_method=PLAIN, sasl_username={letter.login}" \
        if letter.login else ""
    if letter.sender:
        yield at, f"{host}/smtpd[{process}]: connect from {client}"
        yield at, f"{host}/smtpd[{process}]: {queue}: client={client}{login}"
    yield at, (f"{host}/cleanup[{process + 100}]: {queue}: message-id="
               f"<{number}.{at}@{US}>")
    yield at, (f"{host}/qmgr[900]: {queue}: from=<{letter.sender}>, "
               f"size={letter.size}, nrcpt={len(letter.to)} (queue active)")
    now = at
    for attempt in range(letter.defers):
        now = at + 1 + attempt * 900
        for address, *_ in letter.to:
            if is_ours(address):
                continue
            relay = relay_of(address)
            yield now, (f"{host}/smtp[{process + 200}]: {queue}: "
                        f"to=<{address}>, relay={relay}, delay=1, "
                        "delays=0.1/0/0.5/0.4, dsn=4.7.1, status=deferred "
                        f"(host {relay[:-3]} said: 450 4.7.1 <{address}>: "
                        "Recipient address rejected: Greylisted (in reply to "
                        "RCPT TO command))")
        yield now + 899, (f"{host}/qmgr[900]: {queue}: from=<{letter.sender}>"
                          f", size={letter.size}, nrcpt={len(letter.to)} "
                          "(queue active)")
        now += 899
    now += 1
    for i, (typed, fate, *final) in enumerate(letter.to):
        address = final[0] if final else typed
        rewritten = f", orig_to=<{typed}>" if final else ""
        if is_ours(address):
            yield now, (f"{host}/lmtp[{process + 300}]: {queue}: "
                        f"to=<{address}>{rewritten}, "
                        "relay=mail.example.com[private/dovecot-lmtp], "
                        "delay=0.1, delays=0.02/0/0.01/0.07, dsn=2.0.0, "
                        f"status=sent (250 2.0.0 <{address}> {queue} Saved)")
            continue
        relay = relay_of(address)
        worker = process + 200 + 40 * i
        if not letter.clear:
            yield now, (f"{host}/smtp[{worker}]: Trusted TLS connection "
                        f"established to {relay}: TLSv1.3 with cipher "
                        "TLS_AES_256_GCM_SHA384 (256/256 bits)")
        fates = {
            "sent": ("2.0.0", "sent (250 2.0.0 Ok: queued as 4C1D2E3F4A)"),
            "bounced": ("5.1.1", f"bounced (host {relay[:-3]} said: 550 5.1.1 "
                        f"<{address}>: Recipient address rejected: User "
                        "unknown (in reply to RCPT TO command))")}
        dsn, status = fates[fate]
        yield now, (f"{host}/smtp[{worker}]: {queue}: to=<{address}>"
                    f"{rewritten}, relay={relay}, delay={now - at}, "
                    f"delays=0.1/0/0.4/0.5, dsn={dsn}, status={status}")
    yield now, f"{host}/qmgr[900]: {queue}: removed"
    if letter.sender:
        yield now, (f"{host}/smtpd[{process}]: disconnect from {client} "
                    "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
