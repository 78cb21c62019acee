"""A language model as parser: it is asked, and nothing that it says is believed.

answer.py       the closed shape of what it may say
prompting.py    what it is asked, and which names fit in
checking.py     its answer held against catalogue and inventory: an outcome, or what is wrong
words.py        which parts of it the person said
agreeing.py     the rules' reading beside the model's
reading.py      the order: model, repair, next model, rules
"""
