"""Makes midi.json: what mido, an independent library, reads in our MIDI file, and files that mido wrote.

    python -m venv venv && venv/bin/pip install mido==1.3.3
    venv/bin/python test/golden/music/make_midi.py ours.mid > test/golden/music/midi.json

ours.mid is what writeMidi makes of the chords of test/data/music/midi.test.ts, with { bpm: 100, title: "Four bars" }.
"""

import base64
import io
import json
import sys

import mido


def notes_of(track):
    """[note, begin, end, channel] of each note, in ticks."""
    now, sounding, notes = 0, {}, []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity > 0:
            sounding[message.note] = now
        elif message.type in ("note_on", "note_off"):
            notes.append([message.note, sounding.pop(message.note), now, message.channel])
    assert not sounding
    return notes


def read(data):
    file = mido.MidiFile(file=io.BytesIO(data))
    tempos = [m.tempo for track in file.tracks for m in track if m.type == "set_tempo"]
    programs = [[m.program for m in track if m.type == "program_change"] for track in file.tracks]
    return {
        "type": file.type,
        "ticksPerBeat": file.ticks_per_beat,
        "tempos": tempos,
        "names": [track.name for track in file.tracks],
        "programs": programs,
        "notes": [notes_of(track) for track in file.tracks],
    }


def theirs():
    """Two voices at 96 ticks a beat, note_on with velocity 0 as the end of a note, and a name in Latin letters."""
    file = mido.MidiFile(type=1, ticks_per_beat=96)
    head = mido.MidiTrack([mido.MetaMessage("track_name", name="Duet"), mido.MetaMessage("set_tempo", tempo=400_000)])
    file.tracks.append(head)
    for channel, events in enumerate([[(72, 0, 48), (74, 0, 48), (76, 96, 96)], [(60, 96, 192)]]):
        track = mido.MidiTrack()
        for note, rest, length in events:
            track.append(mido.Message("note_on", channel=channel, note=note, velocity=90, time=rest))
            track.append(mido.Message("note_on", channel=channel, note=note, velocity=0, time=length))
        file.tracks.append(track)
    return saved(file)


def chord():
    """A track in which a second note begins, half a beat later, while the first one sounds."""
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="Hands")])
    for kind, note, rest in [("note_on", 60, 0), ("note_on", 64, 240), ("note_off", 60, 240), ("note_off", 64, 0)]:
        track.append(mido.Message(kind, note=note, velocity=64, time=rest))
    file.tracks.append(track)
    return saved(file)


def saved(file):
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


with open(sys.argv[1], "rb") as ours:
    data = ours.read()
encode = lambda data: base64.b64encode(data).decode()
print(json.dumps({"ours": encode(data), "read": read(data), "theirs": encode(theirs()), "chord": encode(chord())}, indent=1))
