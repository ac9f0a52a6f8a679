"""Checks of what a revocation worker reads, from the published contract."""

import datetime
import json
import pathlib

import jsonschema

import tokens

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"


def _validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.draft202012_format_checker)


def headers(record):
    found = {}
    for name, value in record.headers() or []:
        assert name not in found, f"header {name} twice"
        found[name] = value.decode()
    return found


def timestamp(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def agrees(said, expected):
    """Whether a request says all that is prescribed."""
    token, leak = said["token"], said["leak"]
    for name, value in expected.items():
        if name == "token":
            is_so = token["value"] == value
        elif name == "leak":
            is_so = all(leak[key] == wanted for key, wanted in value.items())
        elif name in ("kind", "format", "display", "fingerprint"):
            is_so = token[name] == value
        elif name in ("registry", "confidence", "count"):
            is_so = said[name] == value
        else:
            is_so = leak[name] == value
        if not is_so:
            return False
    return True


def check_as_expected(records, expectations, name):
    """Each record is expected and each expectation met, once."""
    for event, expected in expectations.items():
        said = records.pop(event, [])
        assert len(said) == len(expected), (name, event + 1, said, expected)
        for one in expected:
            matching = [record for record in said if agrees(record, one)]
            assert len(matching) == 1, (name, event + 1, one, said)
    assert not records, (name, records)


def check_output(record, inputs, kind):
    """A request or a sighting is valid, and agrees with itself and with the
    input record that it names. Returns it."""
    said = json.loads(record.value())
    _validator(kind).validate(said)
    token, leak, origin = said["token"], said["leak"], said["origin"]
    if kind == "revocation-request":
        assert token["fingerprint"] == tokens.fingerprint(token["value"])
        assert token["display"] == tokens.display(token["value"])
        rest = record.value().decode().replace(token["value"], "", 1)
        assert token["value"] not in rest
    assert said["id"] == tokens.request_id(said)
    assert record.key() == token["fingerprint"].encode()

    source = inputs[origin["partition"], origin["offset"]]
    assert origin["topic"] == source.topic()
    assert origin["timestamp"] == timestamp(source.timestamp()[1])
    assert headers(record) == {
        "ce_specversion": "1.0", "ce_id": said["id"],
        "ce_type": said["schema"].replace("/", "."),
        "ce_source": "/" + origin["topic"],
        "ce_subject": token["fingerprint"], "ce_time": origin["timestamp"],
        "content-type": "application/json"}
    assert leak["field"] is not None
    return said


def check_dead_letter(record, inputs):
    """A dead letter is its original, and says where that was. Returns
    (offset, reason)."""
    said = headers(record)
    place = int(said["dlq-partition"]), int(said["dlq-offset"])
    source = inputs[place]
    assert said["dlq-topic"] == source.topic()
    assert (record.key(), record.value()) == (source.key(), source.value())
    assert said["dlq-stage"] and said["dlq-version"]
    assert said["__connect.errors.topic"] == source.topic()
    assert said["__connect.errors.partition"] == str(place[0])
    assert said["__connect.errors.offset"] == str(place[1])
    return place[1], said["dlq-reason"]


def murmur2_partition(key, partitions):
    """Where Kafka's own producers put a key."""
    mask, mix = 0xFFFFFFFF, 0x5BD1E995
    value = (0x9747B28C ^ len(key)) & mask
    whole = len(key) // 4 * 4
    for begin in range(0, whole, 4):
        word = int.from_bytes(key[begin:begin + 4], "little") * mix & mask
        word = (word ^ word >> 24) * mix & mask
        value = (value * mix & mask) ^ word
    if key[whole:]:
        value = (value ^ int.from_bytes(key[whole:], "little")) * mix & mask
    value = (value ^ value >> 13) * mix & mask
    value ^= value >> 15
    return (value & 0x7FFFFFFF) % partitions
