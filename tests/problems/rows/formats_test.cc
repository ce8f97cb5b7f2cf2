#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "files/tf_example.h"
#include "files/tfrecord.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/pixels.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/files_below.h"
#include "random/philox.h"
#include "tests/problems/rows/rows_kit.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Texts(const ReadRows& read) {
  std::vector<std::string> texts;
  for (const Row& row : read.rows)
    texts.push_back(row.status.ok() ? Text(row) : absl::StrCat("! ", row.status.message()));
  if (!read.end.ok()) texts.emplace_back(read.end.message());
  return texts;
}

TEST(Lines, AnEmptyLineIsARowSoThatParallelFilesStayInStep) {
  const ScratchFolder folder;
  EXPECT_THAT(Texts(RowsOf(folder.Write("a.txt", "one\r\n\ntwo"))),
              ElementsAre("text=one ", "text= ", "text=two "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("b.txt", "caf\xE9\nx\n"))),
              ElementsAre("! the line is not UTF-8", "text=x "));
}

TEST(Lines, AreReadCompressedAlsoInSeveralMembers) {
  const ScratchFolder folder;
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    const std::string path =
        folder.Write(absl::StrCat("a.txt.", filter), Archived(filter, {{"a", "one\n"}}, false) +
                                                         Archived(filter, {{"a", "two\n"}}, false));
    EXPECT_THAT(Texts(RowsOf(path, "lines")), ElementsAre("text=one ", "text=two ")) << filter;
  }
}

TEST(Lines, ACutCompressedFileIsAnErrorAfterWhatWasWhole) {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 200000; ++i) absl::StrAppend(&text, "line ", i * 7919 % 100003, "\n");
  const std::string whole = Archived("gzip", {{"a", text}}, false);
  const ReadRows read = RowsOf(folder.Write("a.txt.gz", whole.substr(0, whole.size() / 2)));
  EXPECT_EQ(read.end.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(read.end.message()), HasSubstr("a.txt.gz: damaged gzip stream"));
}

TEST(Sgm, GivesEachSegmentAndTellsACutOne) {
  const ScratchFolder folder;
  const std::string begin = "<srcset>\n<doc docid=\"d\">\n<hl>\n<seg id=\"1\">a</seg>\n</hl>\n";
  EXPECT_THAT(Texts(RowsOf(folder.Write("a.sgm", begin + "<seg id=2>b\nc</seg>\n</doc>\n"))),
              ElementsAre("document=d text=a ", "document=d text=b c "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("b.sgm", begin + "<seg id=\"2\">b\n</doc>\n"))),
              ElementsAre("document=d text=a ", HasSubstr("b.sgm:6: the file ends within this")));
  EXPECT_THAT(Texts(RowsOf(folder.Write(
                  "d.sgm", "<srcset><DOC docid=\"x\"><SEG id=1>a < b</SEG><seg>c</seg>\n"))),
              ElementsAre("document=x text=a < b ", "document=x text=c "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("e.sgm", begin + "<seg id=2>b\n<seg id=3>c</seg>\n"))),
              ElementsAre("document=d text=a ", HasSubstr("e.sgm:6: this segment has no </seg>")));
  EXPECT_THAT(Texts(RowsOf(folder.Write("c.sgm", "<srcset>\n"))),
              ElementsAre(HasSubstr("c.sgm:1: not .sgm: it has no <seg>")));
}

TEST(LineReader, ALineThatIsTooLongNamesItsNumberAndIsNotKept) {
  const ScratchFolder folder;
  auto lines =
      LineReader::Open(folder.Write("a.txt", "ab\n" + std::string(5000, 'x') + "\n"), 1000);
  ASSERT_TRUE(lines.ok());
  absl::string_view line;
  ASSERT_TRUE(*lines->Next(&line));
  EXPECT_THAT(std::string(lines->Next(&line).status().message()),
              HasSubstr("a.txt:2: a line of more than 1000 bytes"));
}

TEST(JsonLines, FlattensNestedKeysAndKeepsListsOfOneKind) {
  const ScratchFolder folder;
  EXPECT_THAT(
      Texts(RowsOf(folder.Write(
          "a.jsonl",
          R"({"id": 7, "meta": {"caption": "a jay", "none": null}, "v": [1, 2.5], "names": ["x", "y"], "ok": true})"
          "\n\n"
          R"({"boxes": [{"w": 3}, {"w": 4}]})"
          "\n"))),
      ElementsAre("id=7 meta.caption=a jay names=x|y ok=true v=1 2.5 ",
                  "boxes.0.w=3 boxes.1.w=4 "));
}

TEST(JsonLines, ALineThatIsNoObjectIsBroken) {
  const ScratchFolder folder;
  const std::vector<std::string> texts =
      Texts(RowsOf(folder.Write("a.jsonl", "{\"a\": }\n[1]\n{\"a\": 1}\n")));
  EXPECT_THAT(texts, ElementsAre(HasSubstr("! is not JSON at byte 7"),
                                 HasSubstr("! is a JSON array, not an object"), "a=1 "));
}

constexpr char kCoco[] = R"({
  "images": [{"id": 5, "file_name": "a.jpg", "width": 10}, {"id": 6, "file_name": "b.jpg"}],
  "annotations": [{"id": 1, "image_id": 6, "caption": "a bird"}, {"id": 2, "image_id": 5, "caption": "a cat"},
                  {"id": 3, "image_id": 9, "caption": "lost"}]})";

TEST(Coco, JoinsAnnotationsWithTheirPictures) {
  const ScratchFolder folder;
  EXPECT_THAT(Texts(RowsOf(folder.Write("captions.json", kCoco))),
              ElementsAre("caption=a bird file=b.jpg id=1 image_id=6 ",
                          "caption=a cat file=a.jpg id=2 image_id=5 ",
                          HasSubstr("! its image_id '9' is none of the file's")));
  EXPECT_THAT(
      Texts(RowsOf(folder.Write(
          "instances.json",
          R"({"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 3, "name": "cat"}],
              "annotations": [{"image_id": 1, "category_id": 3}]})"))),
      ElementsAre("category=cat category_id=3 file=a.jpg image_id=1 "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("list.json", R"([{"a": 1}, {"a": 2}])"))),
              ElementsAre("a=1 ", "a=2 "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("other.json", R"({"a": 1})"))),
              ElementsAre(HasSubstr("must be a list of objects, or COCO's")));
}

TEST(Fasta, GivesOneRecordAfterTheOther) {
  const ScratchFolder folder;
  const ReadRows read = RowsOf(
      folder.Write("a.fa", "\n>x first one\nACG\nT T\n>y\nMK*\n>empty\n>z\nA1\n>last\nAC-G"));
  EXPECT_THAT(
      Texts(read),
      ElementsAre("description=first one id=x sequence=ACGTT ", "description= id=y sequence=MK* ",
                  HasSubstr("! 'empty' has no letters"), HasSubstr("! line 9: '1' is no letter"),
                  "description= id=last sequence=AC-G "));
  EXPECT_EQ(read.rows[1].key, "y");
  EXPECT_THAT(read.rows[1].place, HasSubstr("a.fa:5"));
  EXPECT_THAT(Texts(RowsOf(folder.Write("c.fa", "\n"))), ElementsAre(HasSubstr("no sequence")));
  EXPECT_THAT(Texts(RowsOf(folder.Write("b.fa", "ACGT\n"))),
              ElementsAre(HasSubstr("b.fa:1: not FASTA")));
}

TEST(Fasta, ReadsWhatUniProtSaysInItsHeaders) {
  const ScratchFolder folder;
  const ReadRows read = RowsOf(folder.Write("a.fasta",
                                            ">sp|P69905|HBA_HUMAN Hemoglobin subunit alpha OS=Homo "
                                            "sapiens OX=9606 GN=HBA1 PE=1 SV=2\nMVLS\n"));
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(Text(read.rows[0]),
              HasSubstr("accession=P69905 description=Hemoglobin subunit alpha OS=Homo sapiens"));
  EXPECT_THAT(Text(read.rows[0]),
              HasSubstr("entry=HBA_HUMAN gene=HBA1 id=sp|P69905|HBA_HUMAN "
                        "organism=Homo sapiens protein=Hemoglobin subunit alpha sequence=MVLS"));
}

TEST(Fastq, ReadsFourLinesARecordAndTellsACutOne) {
  const ScratchFolder folder;
  EXPECT_THAT(Texts(RowsOf(folder.Write("a.fq", "@r1 x\nACGT\n+\nIIII\n@r2\nAC\n+\nI\n"))),
              ElementsAre("description=x id=r1 quality=IIII sequence=ACGT ",
                          HasSubstr("! 'r2' has 2 letters and 1 qualities")));
  EXPECT_THAT(Texts(RowsOf(folder.Write("b.fq", "@r1\nACGT\n+\n"))),
              ElementsAre(HasSubstr("b.fq:3: the file ends within the record 'r1'")));
  EXPECT_THAT(Texts(RowsOf(folder.Write("c.fq", "@r1\nAC\nGT\n+\n"))),
              ElementsAre(HasSubstr("c.fq:3: the third line of a record must begin with '+'")));
}

TEST(GenBank, AFeatureIsARowWithItsBases) {
  const ScratchFolder folder;
  const std::string record =
      "LOCUS       X1 12 bp DNA\n  ORGANISM  Some thing\nFEATURES             Location/Qualifiers\n"
      "     gene            1..6\n     CDS             complement(1..6)\n                     "
      "/gene=\"abc\"\n"
      "ORIGIN\n        1 acgtaa ccggtt\n//\n";
  const ReadRows read = RowsOf(folder.Write("a.gbk", record + record));
  ASSERT_EQ(read.end, absl::OkStatus());
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(Text(read.rows[0]),
            "gene=abc location=complement(1..6) organism=Some thing record=X1 sequence=TTACGT ");
  EXPECT_THAT(read.rows[1].place, HasSubstr("a.gbk:14"));
}

TEST(Tar, FilesOfOneKeyAreARow) {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, std::string>> files = {
      {"d/001.jpg", "JPEG"},    {"d/001.txt", "a jay"},   {"d/001.json", R"({"size": {"w": 4}})"},
      {"README", "no example"}, {"d/002.seg.png", "PNG"}, {"d/002.txt", "a tit"}};
  for (const char* filter : {"", "gzip", "zstd"}) {
    const ReadRows read =
        RowsOf(folder.Write(absl::StrCat("a.tar", filter), Archived(filter, files)), "webdataset");
    EXPECT_THAT(Texts(read),
                ElementsAre("jpg=JPEG json.size.w=4 txt=a jay ", "seg.png=PNG txt=a tit "))
        << filter;
    EXPECT_EQ(read.rows[1].key, "d/002");
  }
  const ReadRows twice =
      RowsOf(folder.Write("b.tar", Archived("", {{"1.txt", "a"}, {"1.txt", "b"}})));
  EXPECT_THAT(Texts(twice), ElementsAre(HasSubstr("! has two files '.txt'")));
}

// Whatever the cut, it is told, or (where a compressed stream has its end) nothing was lost.
TEST(Tar, ACutTarIsAlwaysTold) {
  const ScratchFolder folder;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 5; ++i) files.emplace_back(absl::StrCat(i, ".txt"), std::string(700, 'a'));
  const std::string whole = Archived("", files);
  ASSERT_EQ(RowsOf(folder.Write("a.tar", whole)).rows.size(), 5u);
  for (size_t size = 1; size + 1024 < whole.size(); size += 256) {
    const ReadRows read = RowsOf(folder.Write("a.tar", whole.substr(0, size)));
    EXPECT_FALSE(read.end.ok()) << size << " of " << whole.size();
    EXPECT_THAT(std::string(read.end.message()), HasSubstr("a.tar: ")) << size;
  }
}

std::string Record(const Features& features) { return FrameRecord(EncodeTfExample(features)); }

TEST(TfRecord, GivesTheFeaturesOfExamples) {
  const ScratchFolder folder;
  const std::string two = Record({{"label", {std::vector<int64_t>{7}}},
                                  {"x", {std::vector<float>{1, 2.5}}},
                                  {"t", {std::vector<std::string>{"a", "b"}}}}) +
                          Record({{"label", {std::vector<int64_t>{8}}}});
  EXPECT_THAT(Texts(RowsOf(folder.Write("a.tfrecord-00000-of-00001", two))),
              ElementsAre("label=7 t=a|b x=1 2.5 ", "label=8 "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("b.tfrecord", two.substr(0, two.size() - 3)))),
              ElementsAre("label=7 t=a|b x=1 2.5 ", HasSubstr("b.tfrecord: record 1 at byte")));
  std::string damaged = two;
  damaged[14] = static_cast<char>(damaged[14] ^ 1);
  EXPECT_THAT(Texts(RowsOf(folder.Write("c.tfrecord", damaged))),
              ElementsAre("! its checksum is wrong", "label=8 "));
  EXPECT_THAT(Texts(RowsOf(folder.Write("d.tfrecord.gz", Archived("gzip", {{"a", two}}, false)))),
              ElementsAre("label=7 t=a|b x=1 2.5 ", "label=8 "));
}

// numpy.save(path, numpy.array([[1, 2], [3, -4]], dtype)) as NumPy 1.26 writes it.
std::string Npy(const std::string& descr, const std::string& shape, const std::string& data) {
  std::string header =
      absl::StrCat("{'descr': '", descr, "', 'fortran_order': False, 'shape': (", shape, "), }");
  header.resize(117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header +
         data;
}

TEST(Npy, ReadsNumbersOfItsTypes) {
  const ScratchFolder folder;
  const auto texts = [&](const std::string& bytes) {
    return Texts(RowsOf(folder.Write("a.npy", bytes)));
  };
  EXPECT_THAT(texts(Npy("|i1", "2, 2", std::string("\x01\x02\x03\xFC", 4))),
              ElementsAre("value=1 2 ", "value=3 -4 "));
  EXPECT_THAT(texts(Npy("<i2", "2,", std::string("\x01\x00\xFE\xFF", 4))),
              ElementsAre("value=1 ", "value=-2 "));
  EXPECT_THAT(texts(Npy(">i2", "1,", std::string("\xFF\xFE", 2))), ElementsAre("value=-2 "));
  EXPECT_THAT(texts(Npy("<f4", "1,", std::string("\x00\x00\x20\xC0", 4))),
              ElementsAre("value=-2.5 "));
  EXPECT_THAT(texts(Npy("<f8", "1,", std::string("\0\0\0\0\0\0\x04\xC0", 8))),
              ElementsAre("value=-2.5 "));
  EXPECT_THAT(texts(Npy("<f2", "1,", std::string("\x00\xC1", 2))), ElementsAre("value=-2.5 "));
  EXPECT_THAT(texts(Npy("<f4", "2,", std::string("\0\0\0\0", 4))),
              ElementsAre("value=0 ", HasSubstr("the file ends within item 1 of 2")));
  EXPECT_THAT(texts(Npy("|u1", "1,", "ab")),
              ElementsAre("value=97 ", HasSubstr("more bytes follow than the 1 items")));
  EXPECT_THAT(texts(Npy("<U5", "1,", "")),
              ElementsAre(HasSubstr("numbers of the type '<U5' are not read")));
  EXPECT_THAT(texts("PK"), ElementsAre(HasSubstr("is not of NumPy's format")));
}

TEST(Idx, PicturesAndLabelsStandSideBySide) {
  const ScratchFolder folder;
  const std::string images = std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02", 16) +
                             std::string("\x00\x40\x80\xFFwxyz", 8);
  const std::string labels = std::string("\0\0\x08\x01\0\0\0\x02", 8) + std::string("\x03\x09", 2);
  const std::vector<std::pair<std::string, std::string>> columns = {
      {"image", folder.Write("train-images-idx3-ubyte", images)},
      {"label", folder.Write("train-labels-idx1-ubyte", labels)}};
  auto reader = OpenSideBySide(columns, {});
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_THAT((*reader)->columns(), ElementsAre("image", "label"));
  EXPECT_TRUE((*reader)->holds_file("image"));
  const ReadRows read = RowsOf(std::move(reader));
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(TextOfValue(read.rows[1].cells.at("label")), "9");
  const auto pixels = DecodePixels(read.rows[0].cells.at("image").bytes(), 1);
  ASSERT_TRUE(pixels.ok());
  EXPECT_THAT(pixels->values, ElementsAre(0, 64.0f / 255, 128.0f / 255, 1));
  const ReadRows uneven = RowsOf(OpenSideBySide(
      {columns[0],
       {"label", folder.Write("one-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x03", 9))}},
      {}));
  EXPECT_THAT(std::string(uneven.end.message()), HasSubstr("one-ubyte: ends after 1 rows, but"));
}

TEST(Idx, ACutOrOverlongFileIsTold) {
  const ScratchFolder folder;
  const std::string whole =
      std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02", 16) + "abcdwxyz";
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(RowsOf(folder.Write("cut", whole.substr(0, size)), "idx").end.ok()) << size;
  EXPECT_TRUE(RowsOf(folder.Write("whole", whole), "idx").end.ok());
  EXPECT_FALSE(RowsOf(folder.Write("longer", whole + "?"), "idx").end.ok());
  // Sizes whose product overflows 64 bits.
  EXPECT_FALSE(
      RowsOf(folder.Write("huge", std::string("\0\0\x08\x03", 4) + std::string(12, '\xFF')), "idx")
          .end.ok());
  Philox random(RandomKey(5).With("idx"));
  for (int i = 0; i < 500; ++i) {
    std::string bytes = whole.substr(0, 4);
    for (uint64_t k = random.Below(40); k > 0; --k) bytes += static_cast<char>(random.Below(256));
    RowsOf(folder.Write("random", bytes), "idx");
  }
}

TEST(Cifar, ReadsPicturesOfThreePlanes) {
  const ScratchFolder folder;
  std::string bytes = "\x06";
  for (const char plane : {'\xFF', '\0', '\x33'}) bytes += std::string(1024, plane);
  const ReadRows read = RowsOf(folder.Write("data_batch_1.bin", bytes + bytes), "cifar10");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(TextOfValue(read.rows[1].cells.at("label")), "6");
  const auto pixels = DecodePixels(read.rows[0].cells.at("image").bytes(), 3);
  ASSERT_TRUE(pixels.ok());
  EXPECT_EQ(pixels->at(31, 31, 0), 1);
  EXPECT_EQ(pixels->at(31, 31, 1), 0);
  EXPECT_FLOAT_EQ(pixels->at(0, 0, 2), 0.2f);
  const ReadRows hundred =
      RowsOf(folder.Write("train.bin", "\x01\x02" + bytes.substr(1)), "cifar100");
  EXPECT_EQ(TextOfValue(hundred.rows.at(0).cells.at("fine_label")), "2");
  EXPECT_FALSE(RowsOf(folder.Write("cut.bin", bytes.substr(0, 3000)), "cifar10").end.ok());
}

TEST(FileFolder, TheFolderIsTheClass) {
  const ScratchFolder folder;
  folder.Write("birds/tit/a.png", "1");
  folder.Write("birds/jay/old/b.PNG", "2");
  folder.Write("birds/jay/notes.txt", "3");
  folder.Write("birds/.hidden/c.png", "4");
  std::vector<std::string> left_out;
  RowOptions options;
  options.endings = {".png"};
  options.left_out = [&](absl::string_view why) { left_out.emplace_back(why); };
  const ReadRows read = RowsOf(OpenRows(folder / "birds", options));
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(TextOfValue(read.rows[0].cells.at("class")), "jay");
  EXPECT_EQ(TextOfValue(read.rows[0].cells.at("name")), "b");
  EXPECT_EQ(TextOfValue(read.rows[0].cells.at("file")), folder / "birds/jay/old/b.PNG");
  EXPECT_THAT(left_out, ElementsAre("a file '.txt' in the folder"));
  options.endings = {".wav"};
  EXPECT_THAT(std::string(RowsOf(OpenRows(folder / "birds", options)).end.message()),
              HasSubstr("holds no file of the endings .wav"));
}

TEST(LibriSpeech, ReadsTheListsOfItsChapters) {
  const ScratchFolder folder;
  folder.Write("dev/84/121123/84-121123.trans.txt",
               "84-121123-0000 GO DO YOU HEAR\n84-121123-0001 BUT\nx\n");
  const ReadRows read = RowsOf(folder / "dev");
  ASSERT_EQ(read.rows.size(), 3u);
  EXPECT_EQ(TextOfValue(read.rows[0].cells.at("text")), "GO DO YOU HEAR");
  EXPECT_EQ(TextOfValue(read.rows[0].cells.at("speaker")), "84");
  EXPECT_EQ(TextOfValue(read.rows[1].cells.at("file")),
            folder / "dev/84/121123/84-121123-0001.flac");
  EXPECT_FALSE(read.rows[2].status.ok());
}

TEST(ExpandPattern, FindsFilesAndSaysWhatIsNear) {
  const ScratchFolder folder;
  for (const char* name : {"a/1.tar", "a/2.tar", "a/b/3.tar", "a/.x.tar", "top.tar"})
    folder.Write(name, "");
  const auto expand = [&](const std::string& pattern) {
    return *ExpandPattern(folder.path(), pattern);
  };
  EXPECT_THAT(expand("a/*.tar"), ElementsAre(folder / "a/1.tar", folder / "a/2.tar"));
  EXPECT_THAT(expand("**/*.tar"), ElementsAre(folder / "a/1.tar", folder / "a/2.tar",
                                              folder / "a/b/3.tar", folder / "top.tar"));
  EXPECT_THAT(expand("a/[2-9].tar"), ElementsAre(folder / "a/2.tar"));
  EXPECT_THAT(expand(folder / "top.tar"), ElementsAre(folder / "top.tar"));
  EXPECT_THAT(std::string(ExpandPattern(folder.path(), "tpo.tar").status().message()),
              HasSubstr("does not exist; did you mean 'top.tar'?"));
  EXPECT_THAT(std::string(ExpandPattern(folder.path(), "*.tsv").status().message()),
              HasSubstr("no file fits"));
}

// Whatever the bytes are, reading ends without a crash, in every format.
TEST(RowFormats, AnyBytesAreReadToTheEndOrRefused) {
  const ScratchFolder folder;
  const std::string letters = std::string("ab,\t\n\r\"{}[]:>@+1\x93NUMPY\x08\xC3\xA9") + '\0';
  for (const RowFormat& format : RowFormats()) {
    if (format.name == "folder" || format.name == "librispeech") continue;
    for (uint64_t seed = 0; seed < 40; ++seed) {
      Philox random(RandomKey(seed).With("rows").With(format.name));
      std::string bytes;
      for (uint64_t i = random.Below(200); i > 0; --i)
        bytes += letters[random.Below(letters.size())];
      RowsOf(folder.Write("a", bytes), format.name);
    }
  }
}

}  // namespace
}  // namespace t2t
