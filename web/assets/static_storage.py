"""Static files under names that carry their content, those our modules import included."""

from typing import Any, Final

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_django: Any = ManifestStaticFilesStorage
# How `import … from "./x.js";` and `import("./x.js")` are read. Django's own switch reads the scripts of others as
# well, which are no modules.
PATTERNS: Final = (*_django.patterns, ("js/*.js", _django._js_module_import_aggregation_patterns[1]))


class ManifestStorage(ManifestStaticFilesStorage):
    """As they are."""

    patterns = PATTERNS


class CompressedStorage(CompressedManifestStaticFilesStorage):
    """Compressed too."""

    patterns = PATTERNS
