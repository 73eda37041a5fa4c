# SPDX-License-Identifier: Apache-2.0
"""The letters of traffic.py as mail services export them: message tracking of
Exchange, a message trace of Microsoft 365 (three forms), Google Workspace's
e-mail log search, and lostletter's own JSON. Each takes letters in any order
and yields the lines of one file, with their line ends.

What a service does not log is not written: none of them tells of letters that
it refused, Microsoft's do not tell of TLS.
"""
import csv
import datetime
import io
import json

from traffic import is_ours, relay_of

EXCHANGE_FIELDS = (
    "date-time,client-ip,client-hostname,server-ip,server-hostname,"
    "source-context,connector-id,source,event-id,internal-message-id,"
    "message-id,network-message-id,recipient-address,recipient-status,"
    "total-bytes,recipient-count,related-recipient-address,reference,"
    "message-subject,sender-address,return-path,message-info,directionality,"
    "tenant-id,original-client-ip,original-server-ip,custom-data,"
    "transport-traffic-type,log-id,schema-version").split(",")
GOOGLE_FIELDS = (
    "Message ID,Start date,End date,Sender,Message size,Subject,Direction,"
    "Attachments,Recipient address,Event target,Event date,Event status,"
    "Event target IP address,Has encryption,Event SMTP reply code,"
    "Event description,Client Type,Device User Session ID").split(",")
SUBJECT = 'Your order, "urgent"'


def row(cells, quote=csv.QUOTE_MINIMAL):
    text = io.StringIO()
    csv.writer(text, quoting=quote, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def time_of(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc)


def logged(letters):
    """Those a service tells of, with a number each."""
    for number, letter in enumerate(letters):
        if letter.to[0][1] != "rejected":
            yield number, letter


def message_id(number, letter):
    return f"<{number}.{letter.at}@example.com>"


def ended(letter):
    return letter.at + 1 + 900 * letter.defers


def exchange_events(number, letter):
    """(time, cells by name) of one letter."""
    sender = letter.sender or "postmaster@example.com"

    def event(at, source, name, whom, **more):
        return at, {
            "date-time": time_of(at).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "client-ip": "192.0.2.7" if letter.login else "198.51.100.9",
            "server-hostname": "MBX1", "source": source, "event-id": name,
            "internal-message-id": 7000 + number,
            "message-id": message_id(number, letter),
            "network-message-id": f"9d7e-{letter.at}-{number:08x}",
            "recipient-address": whom, "total-bytes": letter.size,
            "recipient-count": len(letter.to), "message-subject": SUBJECT,
            "sender-address": sender,
            "return-path": letter.sender or "<>", "schema-version": "15.02",
            **more}

    yield event(letter.at, "STOREDRIVER" if letter.login else "SMTP",
                "RECEIVE", ";".join(to[0] for to in letter.to))
    for typed, _, *final in letter.to:
        if final:
            yield event(letter.at, "ROUTING", "REDIRECT", final[0],
                        **{"related-recipient-address": typed})
    for attempt in range(letter.defers):
        for typed, *_ in letter.to:
            if not is_ours(typed):
                yield event(letter.at + 1 + 900 * attempt, "SMTP", "DEFER",
                            typed, **{"recipient-status": "450 4.7.1 later"})
    for typed, fate, *final in letter.to:
        address = final[0] if final else typed
        if is_ours(address):
            yield event(ended(letter), "STOREDRIVER", "DELIVER", address)
        elif fate == "sent":
            yield event(ended(letter), "SMTP", "SENDEXTERNAL", address,
                        **{"recipient-status": "250 2.1.5 Recipient OK"})
        else:
            yield event(ended(letter), "SMTP", "FAIL", address,
                        **{"recipient-status": "550 5.1.1 User unknown"})


def exchange_lines(letters):
    yield "\ufeff#Software: Microsoft Exchange Server\r\n"
    yield "#Version: 15.02.1544.004\r\n"
    yield "#Log-type: Message Tracking Log\r\n"
    yield "#Fields: " + ",".join(EXCHANGE_FIELDS) + "\r\n"
    events = [event for number, letter in logged(letters)
              for event in exchange_events(number, letter)]
    for _, cells in sorted(events, key=lambda event: event[0]):
        yield row([cells.get(name, "") for name in EXCHANGE_FIELDS])


def m365_rows(letters):
    """The report that the admin centre makes."""
    yield ("origin_timestamp_utc,sender_address,recipient_status,"
           "message_subject,total_bytes,message_id,network_message_id,"
           "original_client_ip,directionality,connector_id,"
           "delivery_priority\r\n")
    for number, letter in logged(letters):
        steps = []
        for typed, fate, *_ in letter.to:
            step = "Deliver" if is_ours(typed) else "Send"
            steps.append(f"{typed}##Receive, "
                         f"{step if fate == 'sent' else 'Fail'}")
        yield row([time_of(letter.at).strftime("%Y-%m-%dT%H:%M:%S.0000000Z"),
                   letter.sender or "<>", ";".join(steps), SUBJECT,
                   letter.size, message_id(number, letter),
                   f"9d7e-{letter.at}-{number:08x}", "192.0.2.7",
                   "Originating" if letter.login else "Incoming", "",
                   "Normal"])


def m365_list_rows(letters):
    """Get-MessageTraceV2 | Export-Csv, newest first, on an American desk."""
    yield row(["MessageId", "Received", "SenderAddress", "RecipientAddress",
               "Subject", "Status", "ToIP", "FromIP", "Size",
               "MessageTraceId"], csv.QUOTE_ALL)
    for number, letter in reversed(list(logged(letters))):
        at = time_of(letter.at)
        half = "AM" if at.hour < 12 else "PM"
        for typed, fate, *_ in letter.to:
            yield row([message_id(number, letter),
                       f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:"
                       f"{at.minute:02}:{at.second:02} {half}",
                       letter.sender or "<>", typed, SUBJECT,
                       "Delivered" if fate == "sent" else "Failed", "",
                       "192.0.2.7", letter.size, f"9d7e-{letter.at}-{number:08x}"],
                      csv.QUOTE_ALL)


def google_rows(letters):
    yield ",".join(GOOGLE_FIELDS) + "\n"
    for number, letter in logged(letters):
        def stamp(at):
            return time_of(at).strftime("%Y/%m/%d %H:%M:%S UTC")
        for typed, fate, *_ in letter.to:
            inside = is_ours(typed)
            relay = relay_of(typed).partition("[")[2].partition("]")[0]
            yield row([message_id(number, letter), stamp(letter.at),
                       stamp(ended(letter)), letter.sender or "<>",
                       letter.size, SUBJECT,
                       "Sent" if letter.login else "Received", 0, typed,
                       "GMAIL_INBOX" if inside else "SMTP_OUT",
                       stamp(ended(letter)),
                       "Delivered" if fate == "sent" else "Bounced",
                       "" if inside else relay,
                       "Not encrypted" if letter.clear else "Encrypted",
                       "" if inside else 250 if fate == "sent" else 550,
                       "", "WEB", ""])


def ndjson_lines(letters):
    for number, letter in logged(letters):
        recipients = []
        for typed, fate, *final in letter.to:
            address = final[0] if final else typed
            recipients.append({
                "address": typed,
                "outcome": "delivered" if fate == "sent" else "bounced",
                "status": "2.0.0" if fate == "sent" else "5.1.1",
                "relay": "local" if is_ours(address) else relay_of(address),
                "tls": not letter.clear, "forwarded_to": final})
        yield json.dumps({
            "id": message_id(number, letter), "at": letter.at,
            "ended": time_of(ended(letter)).isoformat(),
            "sender": letter.sender, "login": letter.login,
            "client": "192.0.2.7", "size": letter.size,
            "recipients": recipients}) + "\n"
