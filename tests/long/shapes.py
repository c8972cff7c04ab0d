#!/usr/bin/env python3
"""The same stories in every shape give the same names, quotes and speakers.

    shapes.py PROGRAM STORIES.jsonl [--stories 50] [--keep FOLDER] [--show SHAPE]

Takes stories (JSON Lines with `title` and `text`) and writes each as plain text, with its lines broken at 72 characters, as
a page, as JSON with HTML in it, as a table, as an export of WordPress, as NITF, mail, DOCX, RTF, ODT, EPUB, PDF, Markdown,
TEI, in a zip in a tar.gz, and in a web archive. Has all read by `extract`, and compares names with their kinds, quotes, and
quotes with their speakers with those of plain text (F1 over all stories). Exits with 1 when a shape falls below .97, PDF
below .90.
"""

import argparse
import collections
import csv
import gzip
import html
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import zipfile

LEAST, LEAST_PDF = 0.97, 0.90


def paragraphs(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def marked(parts):
    return "".join(f"<p>{html.escape(part, quote=False)}</p>\n" for part in parts)


def page(title, parts):
    return (f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{html.escape(title)} | The Lantern</title>"
            f"<meta property=og:title content=\"{html.escape(title)}\"></head><body><nav><a href=/>Home</a></nav>"
            f"<article><h1>{html.escape(title)}</h1>{marked(parts)}</article><footer><p>© The Lantern. All rights "
            f"reserved.</p></footer></body></html>")


def wrapped(title, parts):
    return title + "\n\n" + "\n\n".join(textwrap.fill(part, 72, break_on_hyphens=False) for part in parts) + "\n"


def mail(title, parts):
    head = f"From: Ada Quill <ada@lantern.example>\nTo: desk@lantern.example\nSubject: {title.encode('ascii', 'replace').decode()}\n"
    if not title.isascii():
        import email.header
        head = head.rsplit("Subject:", 1)[0] + f"Subject: {email.header.Header(title, 'utf-8').encode()}\n"
    body = "\n\n".join(textwrap.fill(part, 72, break_on_hyphens=False) for part in parts)
    return (head + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + body
            + "\n")


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def docx(title, parts):
    def paragraph(text, style=""):
        style = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f'<w:p>{style}<w:r><w:t xml:space="preserve">{html.escape(text, quote=False)}</w:t></w:r></w:p>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = paragraph(title, "Title") + "".join(paragraph(part) for part in parts)
    styles = f'<w:styles {space}><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style></w:styles>'
    kinds = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
             'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
             'wordprocessingml.document.main+xml"/></Types>')
    links = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
             'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
             'Target="word/document.xml"/></Relationships>')
    inner = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
             'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
             '</Relationships>')
    return zipped([("[Content_Types].xml", kinds), ("_rels/.rels", links),
                   ("word/document.xml", f'<w:document {space}><w:body>{body}</w:body></w:document>'),
                   ("word/styles.xml", styles), ("word/_rels/document.xml.rels", inner)])


def odt(title, parts):
    space = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
             'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')
    body = f'<text:p text:style-name="Title">{html.escape(title, quote=False)}</text:p>'
    body += "".join(f"<text:p>{html.escape(part, quote=False)}</text:p>" for part in parts)
    content = f"<office:document-content {space}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)])


def rtf(title, parts):
    def escaped(text):
        out = []
        for c in text:
            if c in "\\{}":
                out.append("\\" + c)
            elif ord(c) < 128:
                out.append(c)
            else:
                units = c.encode("utf-16-le")
                out += [f"\\u{int.from_bytes(units[n:n + 2], 'little', signed=True)}?" for n in range(0, len(units), 2)]
        return "".join(out)
    body = "".join(f"\\pard {escaped(part)}\\par\n\\par\n" for part in [title] + parts)
    return "{\\rtf1\\ansi\\ansicpg1252\n" + body + "}"


def epub(title, parts):
    container = ('<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
                 'full-path="c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    package = ('<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata '
               'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:x</dc:identifier>'
               f'<dc:title>{html.escape(title)}</dc:title><dc:language>en</dc:language></metadata><manifest><item id="a" '
               'href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>')
    words = (f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{html.escape(title)}</title></head><body>'
             f"<h1>{html.escape(title)}</h1>{marked(parts)}</body></html>")
    return zipped([("mimetype", "application/epub+zip"), ("META-INF/container.xml", container), ("c.opf", package),
                   ("a.xhtml", words)])


def pdf(title, parts):
    """Lines of some 85 characters in Times, a little more room between paragraphs, a larger title."""
    pages, lines = [[]], 0
    def add(line, size, lead):
        nonlocal lines
        if lines > 52:
            pages.append([])
            lines = 0
        word = line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        pages[-1].append((word, size, lead))
        lines += 1
    for line in textwrap.wrap(title, 50):
        add(line, 18, 22)
    for part in parts:
        for number, line in enumerate(textwrap.wrap(part, 85, break_on_hyphens=False)):
            add(line, 11, 13 if number else 21)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>"]
    kids = []
    for lines in pages:
        out = [b"BT 72 760 Td"]
        for word, size, lead in lines:
            out.append(b"/F1 %d Tf 0 -%d Td (%s) Tj" % (size, lead, word))
        stream = b"\n".join(out + [b"ET"])
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
                       % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def table(title, parts):
    out = io.StringIO()
    csv.writer(out).writerows([["title", "body_html"], [title, marked(parts)]])
    return out.getvalue()


def wxr(title, parts):
    words = "\n\n".join(parts).replace("]]>", "]] >")
    return ('<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Lantern</title><wp:wxr_version>1.2'
            f"</wp:wxr_version><item><title>{html.escape(title)}</title><wp:post_type>post</wp:post_type><wp:status>publish"
            f"</wp:status><content:encoded><![CDATA[{words}]]></content:encoded></item></channel></rss>")


def nitf(title, parts):
    return (f'<?xml version="1.0" encoding="UTF-8"?><nitf><body><body.head><hedline><hl1>{html.escape(title)}</hl1></hedline>'
            f"</body.head><body.content>{marked(parts)}</body.content></body></nitf>")


def tei(title, parts):
    return ('<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>'
            f"<title>{html.escape(title)}</title></titleStmt></fileDesc></teiHeader><text><body>{marked(parts)}</body></text></TEI>")


def warc(title, parts):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page(title, parts).encode()
    head = ("WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://lantern.example/x\r\nWARC-Date: 2021-05-05T05:05:05Z"
            f"\r\nContent-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n").encode()
    return gzip.compress(head + http + b"\r\n\r\n")


def nested(title, parts):
    inner = zipped([("story.txt", plain(title, parts))])
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        member = tarfile.TarInfo("in.zip")
        member.size = len(inner)
        tar.addfile(member, io.BytesIO(inner))
    return out.getvalue()


def plain(title, parts):
    return title + "\n\n" + "\n\n".join(parts) + "\n"


SHAPES = {
    "plain.txt": plain,
    "wrapped.txt": wrapped,
    "html": page,
    "json": lambda title, parts: json.dumps({"title": title, "content_html": marked(parts)}),
    "csv": table,
    "wxr.xml": wxr,
    "nitf.xml": nitf,
    "eml": mail,
    "docx": docx,
    "rtf": rtf,
    "odt": odt,
    "epub": epub,
    "pdf": pdf,
    "tei.xml": tei,
    "md": lambda title, parts: f"# {title}\n\n" + "\n\n".join(re.sub(r"([\\*_`\[\]<>#])", r"\\\1", it) for it in parts) + "\n",
    "warc.gz": warc,
    "zip-in.tar.gz": nested,
}


def bare(text):
    text = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return " ".join(text.split())


def found(record):
    names = {(name["kind"], bare(name["name"])) for name in record["names"]}
    quotes = collections.Counter(bare(quote["text"]) for quote in record["quotes"])
    said = collections.Counter((bare(quote["text"]), quote["speaker"]) for quote in record["quotes"])
    return {"names": collections.Counter(names), "quotes": quotes, "speakers": said}


def agreed(pairs):
    same = sum((a & b).total() for a, b in pairs)
    both = sum(a.total() + b.total() for a, b in pairs)
    return 2 * same / both if both else 1.0


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program")
    options.add_argument("stories", type=pathlib.Path)
    options.add_argument("--stories", dest="count", type=int, default=50)
    options.add_argument("--keep", type=pathlib.Path)
    options.add_argument("--show")
    options = options.parse_args()
    stories = []
    for line in options.stories.read_text().splitlines()[:options.count]:
        story = json.loads(line)
        parts = paragraphs(story["text"])
        title = " ".join((story.get("title") or "A story of the day").split())
        stories.append((title, [part for part in parts if part != title]))
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or pathlib.Path(made)
        results, failed = {}, False
        for shape, write in SHAPES.items():
            files = []
            for number, (title, parts) in enumerate(stories):
                path = folder / shape.replace(".", "-") / f"{number}.{shape}"
                path.parent.mkdir(parents=True, exist_ok=True)
                content = write(title, parts)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                files.append(path)
            done = subprocess.run([options.program, "extract", "--json", *files], capture_output=True, text=True)
            records = {}
            for record in map(json.loads, done.stdout.splitlines()):
                name = pathlib.Path(record["path"].split("!/")[0]).name
                if name in records:
                    print(f"{name}: more than one story")
                records[name] = found(record)
            missing = [path.name for path in files if path.name not in records]
            if missing:
                print(f"{shape}: no story in {missing}: {done.stderr[-400:]}")
            nothing = {"names": collections.Counter(), "quotes": collections.Counter(), "speakers": collections.Counter()}
            results[shape] = [records.get(path.name, nothing) for path in files]
            first = results["plain.txt"]
            figures = {what: agreed([(a[what], b[what]) for a, b in zip(first, results[shape])]) for what in nothing}
            least = LEAST_PDF if shape == "pdf" else LEAST
            bad = min(figures.values()) < least or bool(missing)
            failed |= bad
            print(f"{shape:14}" + "  ".join(f"{what} {figure:.4f}" for what, figure in figures.items())
                  + ("  below" if bad else ""), flush=True)
            if options.show == shape:
                for number, (a, b) in enumerate(zip(first, results[shape])):
                    for what in nothing:
                        for item in (a[what] - b[what]):
                            print(f"  {number} {what} lacks {item}")
                        for item in (b[what] - a[what]):
                            print(f"  {number} {what} adds {item}")
    sys.exit(failed)


main()
