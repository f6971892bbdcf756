"""Minimal office documents, and malicious archives."""

import struct
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {  # by ending: the main part, its content type, its content
    "docx": (
        "word/document.xml",
        "wordprocessingml.document.main+xml",
        f'<w:document xmlns:w="{WORD}"><w:body/></w:document>',
    ),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml", "<workbook><sheets/></workbook>"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml", "<presentation/>"),
}


def archive(parts: Mapping[str, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    """Return a ZIP of these parts in this order; a part named mimetype is stored uncompressed."""
    out = BytesIO()
    with ZipFile(out, "w") as zip_file:
        for name, content in parts.items():
            zip_file.writestr(name, content, ZIP_STORED if name == "mimetype" else method)
    return out.getvalue()


def content_types(**overrides: str) -> str:
    """Return the part that declares the types of all parts; keys of `overrides` have two underscores for a slash."""
    rows = "".join(
        f'<Override PartName="/{name.replace("__", "/").replace("_", ".")}" ContentType="{kind}"/>'
        for name, kind in overrides.items()
    )
    return f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'


def relationships(*rows: tuple[str, str] | tuple[str, str, str]) -> str:
    """Return a part of relationships: (last word of the type, target) and, if not internal, the mode."""
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{KINDS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode[0]}"/>' if mode else "/>")
        for n, (kind, target, *mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{listed}</Relationships>'


def office_parts(ending: str = "docx") -> dict[str, str | bytes]:
    """Return the parts of a Microsoft Office document."""
    main, kind, content = MAIN[ending]
    typed = {main.replace("/", "__").replace(".", "_"): f"{OOXML}{kind}"}
    return {
        "[Content_Types].xml": content_types(**typed),
        "_rels/.rels": relationships(("officeDocument", main)),
        main: content,
    }


def office(ending: str = "docx", **parts: str | bytes) -> bytes:
    """Return a Microsoft Office document with additional or replaced parts; names as in `content_types`."""
    more = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    return archive(office_parts(ending) | more)


def related(ending: str, *rows: tuple[str, str] | tuple[str, str, str]) -> bytes:
    """Return a document whose main part has these relationships."""
    folder, _, name = MAIN[ending][0].partition("/")
    return archive(office_parts(ending) | {f"{folder}/_rels/{name}.rels": relationships(*rows)})


def opendocument_parts(kind: str, *paths: str) -> dict[str, str | bytes]:
    """Return the parts of an OpenDocument file whose manifest lists these paths as well."""
    listed = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="text/xml"/>' for path in ("/", "content.xml", *paths)
    )
    return {
        "mimetype": f"{ODF}{kind}",
        "content.xml": f'<o:document-content xmlns:o="{OFFICE}"><o:body/></o:document-content>',
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{MANIFEST}">{listed}</m:manifest>',
    }


def opendocument(kind: str, *paths: str, **parts: str | bytes) -> bytes:
    more = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    return archive(opendocument_parts(kind, *paths) | more)


def crowded(entries: int) -> bytes:
    """Return a document whose ZIP64 directory lists this many extra parts; the older fields count none of them."""
    document = office()
    end = document.rfind(b"PK\x05\x06")
    entry_count, start = struct.unpack_from("<H4xL", document, end + 10)
    head = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    table = document[start:end] + b"".join(head + b"%06x" % n for n in range(entries))
    count = entry_count + entries
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(table), start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(table), 1)
    return document[:start] + table + end_64 + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
