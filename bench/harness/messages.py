"""The parts of protobuf and gRPC that the bench needs: messages of numbers and texts, frames,
and the counters of Prometheus."""

import re
import struct


def varint(number):
    encoded = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field, value):
    return varint(field << 3) + varint(value)


def double(field, value):
    return varint(field << 3 | 1) + struct.pack("<d", value)


def text(field, value):
    encoded = value.encode()
    return varint(field << 3 | 2) + varint(len(encoded)) + encoded


def first_text(message):
    """Field 1 of a message that begins with it."""
    length, at, shift = 0, 1, 0
    while True:
        byte = message[at]
        length |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return message[at:at + length].decode()


def framed(message):
    return b"\0" + struct.pack(">I", len(message)) + message


def unframed(body):
    """The message of a gRPC-Web response, and its trailers."""
    message, trailers = b"", {}
    while body:
        length = struct.unpack(">I", body[1:5])[0]
        content = body[5:5 + length]
        if body[0] & 0x80:
            lines = content.decode().split("\r\n")
            trailers = dict(re.split(r": ?", line, maxsplit=1) for line in lines if ":" in line)
        else:
            message = content
        body = body[5 + length:]
    return message, trailers


def counted(metrics):
    """Calls by a server's metrics: all, and those whose code is not OK."""
    calls = re.findall(r'^kreis_call_duration_seconds_count\{(.*rpc="kreis\..*)\} (\d+)', metrics, re.M)
    everything = sum(int(count) for _, count in calls)
    failed = sum(int(count) for labels, count in calls if 'code="OK"' not in labels)
    return everything, failed
