"""What gunicorn loads before it starts its web processes is shared by them."""

import subprocess
import sys

CODE = """
import gc
gc.disable()
collections = []
gc.callbacks.append(lambda phase, _info: collections.append(phase))
import labplatform.wsgi
gc.disable()
print(collections, gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 1_000)
"""


def test_all_that_is_loaded_is_left_to_the_end_and_nothing_of_it_is_collected():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert result.stdout.split("\n")[-2] == "[] True True"
