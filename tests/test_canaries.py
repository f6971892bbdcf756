"""x"""
import time_machine
import pytest
from tests.matrix.canaries import *
from tests.matrix.canaries import planted, watched, words_of, FAR, NEAR, OPEN_TO_ALL, NOBODYS, OF_THE_EDITION
from tests.factories.cast import TODAY
def test_x(db, today, settings):
    settings.STATEMENTS_CHECKED=False
    import time; t=time.time()
    from tests.matrix.stage import build
    build()
    print("BUILD", time.time()-t)
    for c,sp in ((FAR,{}),(NEAR,OF_THE_EDITION)):
        got=planted(c)
        want={f"{m.__name__}.{f.name}" for m in watched() if m.__name__ not in OPEN_TO_ALL and m.__name__ not in NOBODYS and m.__name__ not in sp for f in words_of(m)}
        print(c, "MISSING", sorted(want-got), "EXTRA", sorted(got-want))
