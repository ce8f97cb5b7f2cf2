// MNIST, CIFAR, COCO's captions and OpenMoji.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "modalities/codecs/image_header.h"
#include "problems/catalogue/given_problem.h"
#include "problems/catalogue/given_sets.h"
#include "problems/catalogue/vector_drawing.h"
#include "problems/parameters.h"
#include "problems/rows/files_below.h"
#include "problems/rows/open_rows.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using GivenParts = absl::StatusOr<std::vector<GivenPart>>;

absl::StatusOr<const char*> FillPictureAndClass(Row& row, Example* example) {
  example->ports["image"] = std::move(row.cells["image"]);
  T2T_ASSIGN_OR_RETURN(example->ports["class"], GivenCell(row, "class"));
  return nullptr;
}

// A label that is a number becomes the name of that number.
class NamedClasses : public RowReader {
 public:
  NamedClasses(std::unique_ptr<RowReader> rows, std::string column, std::vector<std::string> names)
      : rows_(std::move(rows)), column_(std::move(column)), names_(std::move(names)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    T2T_ASSIGN_OR_RETURN(const bool more, rows_->Next(row));
    if (!more || !row->status.ok()) return more;
    const std::string label = TextOfValue(row->cells[column_]);
    size_t number = 0;
    if (!absl::SimpleAtoi(label, &number) || number >= names_.size()) {
      row->status =
          absl::DataLossError(absl::StrCat("label ", label, " is not 0 to ", names_.size() - 1));
    } else {
      row->cells["class"] = names_[number];
    }
    return true;
  }

 private:
  std::unique_ptr<RowReader> rows_;
  std::string column_;
  std::vector<std::string> names_;
};

RowsOrStatus OpenNamed(RowsOrStatus rows, const std::string& column,
                       const std::vector<std::string>& names) {
  T2T_RETURN_IF_ERROR(rows.status());
  return std::make_unique<NamedClasses>(*std::move(rows), column, names);
}

// Lines that are not empty.
absl::StatusOr<std::vector<std::string>> ReadClassNames(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const auto rows, OpenLines(path));
  std::vector<std::string> names;
  Row row;
  while (true) {
    T2T_ASSIGN_OR_RETURN(const bool more, rows->Next(&row));
    if (!more) return names;
    if (!row.cells["text"].bytes().empty()) names.push_back(row.cells["text"].bytes());
  }
}

// COCO's annotations with all captions of a picture in one row, in the order of the file.
class CaptionsByPicture : public RowReader {
 public:
  explicit CaptionsByPicture(std::string pictures) : folder_(std::move(pictures)) {}

  absl::Status Read(const std::string& path) {
    T2T_ASSIGN_OR_RETURN(const auto rows, OpenCoco(path));
    std::map<std::string, size_t> places;
    Row row;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, rows->Next(&row));
      if (!more) return absl::OkStatus();
      const absl::StatusOr<std::string> file = GivenCell(row, "file"),
                                        caption = GivenCell(row, "caption");
      if (row.status.ok()) row.status.Update(file.status());
      if (row.status.ok()) row.status.Update(caption.status());
      if (!row.status.ok()) {
        pictures_.push_back(row);
        continue;
      }
      const auto [place, is_new] = places.emplace(*file, pictures_.size());
      if (is_new) {
        pictures_.emplace_back();
        pictures_.back().place = absl::StrCat(path, ": ", *file);
        pictures_.back().key = *file;
        pictures_.back().cells["file"] = absl::StrCat(folder_, "/", *file);
        pictures_.back().cells["caption"] = *caption;
      } else {
        pictures_[place->second].further["caption"].push_back(*caption);
      }
    }
  }

  absl::StatusOr<bool> Next(Row* row) override {
    if (next_ >= pictures_.size()) return false;
    *row = std::move(pictures_[next_++]);
    return true;
  }

 private:
  std::string folder_;
  std::vector<Row> pictures_;
  size_t next_ = 0;
};

// Rows with one more cell, `folder`.
class RowsWithFolder : public RowReader {
 public:
  RowsWithFolder(std::unique_ptr<RowReader> rows, std::string folder)
      : rows_(std::move(rows)), folder_(std::move(folder)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    T2T_ASSIGN_OR_RETURN(const bool more, rows_->Next(row));
    if (more) row->cells["folder"] = folder_;
    return more;
  }

 private:
  std::unique_ptr<RowReader> rows_;
  std::string folder_;
};

// "captions_train2017.json" -> the folder "train2017" beside it, beside its folder, or in "images" there.
absl::StatusOr<std::string> PicturesOf(const std::string& list, const std::string& holds) {
  const std::string folder = list.substr(0, list.rfind('/'));
  absl::string_view name = absl::string_view(list).substr(folder.size() + 1);
  absl::ConsumePrefix(&name, "captions_");
  name = name.substr(0, name.find('.'));
  const std::string above = folder.substr(0, folder.rfind('/'));
  for (const std::string& beside : {above, above + "/images", folder}) {
    const std::string pictures = absl::StrCat(beside, "/", name);
    if (Exists(pictures)) return pictures;
  }
  return absl::NotFoundError(absl::StrCat(above, ": holds no folder ", name,
                                          " with the pictures of ", list, "; it must be ", holds));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeImageMnist(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  GivenSet set = {
      .spec = {.name = "image_mnist",
               .summary = "a handwritten digit to the digit",
               .provenance = {.licence = "CC-BY-SA-3.0 (LeCun and Cortes)", .size = "11.6 MB"}},
      .source = "mnist",
      .holds =
          "the folder with MNIST's train-images-idx3-ubyte, "
          "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
          "t10k-labels-idx1-ubyte, .gz or not"};
  set.spec.inputs = {
      {.name = "image", .modality = "image", .options = "{size: 28, channels: 1, patch: 4}"}};
  set.spec.targets = {
      {.name = "class",
       .modality = "label",
       .options = R"(classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])"}};
  set.parts = [holds = set.holds](const std::string& path) -> GivenParts {
    std::vector<GivenPart> parts;
    for (const auto& [prefix, split] : {std::pair("train", "train"), std::pair("t10k", "test")}) {
      // Some copies write '.' for the '-' behind "images".
      T2T_ASSIGN_OR_RETURN(
          const std::string images,
          FindGivenFile(path, {absl::StrCat("**/", prefix, "-images?idx3-ubyte*")}, holds));
      T2T_ASSIGN_OR_RETURN(
          const std::string labels,
          FindGivenFile(path, {absl::StrCat("**/", prefix, "-labels?idx1-ubyte*")}, holds));
      const std::vector<std::string> names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
      parts.push_back({split, [=] {
                         return OpenNamed(
                             OpenSideBySide({{"image", images}, {"label", labels}}, {}, "idx"),
                             "label", names);
                       }});
    }
    return parts;
  };
  set.fill = FillPictureAndClass;
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeImageCifar(const ProblemParameters& parameters) {
  std::string classes = "10";
  ParameterReader reader(parameters);
  reader.Choice("classes", &classes, {"10", "100", "20"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  const bool ten = classes == "10";
  GivenSet set = {
      .spec = {.name = InstanceName("image_cifar", parameters),
               .summary = absl::StrCat("a small photograph to one of ", classes, " kinds"),
               .parameters = reader.Describe(),
               .provenance = {.licence = "none is given (Krizhevsky, Nair, Hinton)",
                              .size = "162 MB"}},
      .source = "cifar",
      .holds = ten ? "the folder cifar-10-batches-bin with data_batch_1.bin to data_batch_5.bin, "
                     "test_batch.bin and batches.meta.txt"
                   : "the folder cifar-100-binary with train.bin, test.bin, fine_label_names.txt "
                     "and coarse_label_names.txt"};
  set.spec.inputs = {
      {.name = "image", .modality = "image", .options = "{size: 32, channels: 3, patch: 4}"}};
  set.spec.targets = {{.name = "class", .modality = "label"}};
  set.parts = [=, holds = set.holds](const std::string& path) -> GivenParts {
    const std::string names_file = ten                ? "**/batches.meta.txt"
                                   : classes == "100" ? "**/fine_label_names.txt"
                                                      : "**/coarse_label_names.txt";
    T2T_ASSIGN_OR_RETURN(const std::string list, FindGivenFile(path, {names_file}, holds));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadClassNames(list));
    if (absl::StrCat(names.size()) != classes) {
      return absl::DataLossError(
          absl::StrCat(list, ": has ", names.size(), " names, not ", classes));
    }
    const std::string column = ten ? "label" : classes == "100" ? "fine_label" : "coarse_label";
    const std::string beside = list.substr(0, list.rfind('/'));
    std::vector<GivenPart> parts;
    for (const auto& [pattern, split] : {std::pair(ten ? "data_batch_*.bin" : "train.bin", "train"),
                                         std::pair(ten ? "test_batch.bin" : "test.bin", "test")}) {
      T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, ExpandPattern(beside, pattern));
      for (const std::string& file : files) {
        parts.push_back(
            {split, [=] { return OpenNamed(OpenCifar(file, ten ? 1 : 2), column, names); }});
      }
    }
    return parts;
  };
  set.fill = FillPictureAndClass;
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionCoco(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  GivenSet set = {.spec = {.name = "caption_coco",
                           .summary = "a photograph to a caption",
                           .provenance = {.licence = "captions CC-BY-4.0 (COCO Consortium); "
                                                     "pictures as Flickr's authors say",
                                          .size = "20 GB"}},
                  .source = "coco",
                  .holds =
                      "the folder with COCO's annotations/captions_train2017.json and "
                      "captions_val2017.json, and the folders train2017 and val2017 of "
                      "pictures (or those of another year)"};
  set.spec.inputs = {
      {.name = "picture", .modality = "image", .options = "{size: 224, channels: 3, patch: 16}"}};
  set.spec.targets = {{.name = "caption",
                       .modality = "text",
                       .options = "vocab: {kind: sentencepiece, size: 8000}",
                       .metrics = {"bleu", "chrf"},
                       .language = "en"}};
  set.parts = [holds = set.holds](const std::string& path) -> GivenParts {
    std::vector<GivenPart> parts;
    for (const auto& [name, split] : {std::pair("train", "train"), std::pair("val", "test")}) {
      const std::string pattern = absl::StrCat("**/captions_", name, "20??.json");
      T2T_ASSIGN_OR_RETURN(std::string list, FindGivenFile(path, {pattern}, holds));
      T2T_ASSIGN_OR_RETURN(const std::string pictures, PicturesOf(list, holds));
      parts.push_back({split, [=]() -> RowsOrStatus {
                         auto rows = std::make_unique<CaptionsByPicture>(pictures);
                         T2T_RETURN_IF_ERROR(rows->Read(list));
                         return rows;
                       }});
    }
    return parts;
  };
  set.group = [](const Row& row) { return row.key; };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(const std::string file, GivenCell(row, "file"));
    T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(file));
    T2T_RETURN_IF_ERROR(Annotate(ReadWholeImageHeader(bytes).status(), file));
    T2T_ASSIGN_OR_RETURN(example->ports["caption"], GivenCell(row, "caption"));
    example->key = row.key;
    example->ports["picture"] = std::move(bytes);
    if (!row.further["caption"].empty())
      example->alternatives["caption"] = std::move(row.further["caption"]);
    return nullptr;
  };
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionOpenMoji(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  GivenSet set = {
      .spec = {.name = "caption_openmoji",
               .summary = "a drawing of OpenMoji to its name",
               .provenance = {.source = "npm package openmoji 17.0.0 (color/svg), drawn by librsvg",
                              .licence = "CC-BY-SA-4.0 (OpenMoji)",
                              .size = "4.3 MB"}},
      .source = "openmoji",
      .holds =
          "a folder with openmoji.json (npm package openmoji, data/) and OpenMoji's drawings "
          "as PNG or SVG, called as in 1F600.png (openmoji-72x72-color.zip or "
          "openmoji-618x618-color.zip of its releases)",
      .package =
          Source{.name = "openmoji",
                 .npm_package = "openmoji",
                 .npm_version = "17.0.0",
                 .sha256 = "55ee7d13485dec86e9f38c1f3a645a13382d33ff97c0cd845ee824b0aef45e68",
                 .folder = "package",
                 .needs = {"data/openmoji.json", "color/svg"}},
      .distinct = "picture",  // some emoji are drawn alike
      .held_out = 10};
  set.spec.inputs = {
      {.name = "picture", .modality = "image", .options = "{size: 64, channels: 3, patch: 8}"}};
  set.spec.targets = {{.name = "caption",
                       .modality = "text",
                       .options = "vocab: {kind: char}",
                       .metrics = {"chrf", "bleu"},
                       .language = "en"}};
  set.parts = [holds = set.holds](const std::string& path) -> GivenParts {
    T2T_ASSIGN_OR_RETURN(const std::string list, FindGivenFile(path, {"**/openmoji.json"}, holds));
    T2T_ASSIGN_OR_RETURN(
        const std::string first,
        FindGivenFile(path, {"**/1F*.png", "**/color/svg/1F*.svg", "**/1F*.svg"}, holds));
    const std::string folder = first.substr(0, first.rfind('/'));
    if (absl::EndsWith(first, ".svg")) T2T_RETURN_IF_ERROR(CheckDrawingProgram());
    return std::vector<GivenPart>{{"train", [=]() -> RowsOrStatus {
                                     T2T_ASSIGN_OR_RETURN(auto rows, OpenJson(list));
                                     return std::make_unique<RowsWithFolder>(std::move(rows),
                                                                             folder);
                                   }}};
  };
  set.group = [](const Row& row) {
    for (const char* cell : {"skintone_base_hexcode", "hexcode"}) {
      const auto code = row.cells.find(cell);
      if (code != row.cells.end() && !code->second.bytes().empty()) return code->second.bytes();
    }
    return row.place;
  };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(example->key, GivenCell(row, "hexcode"));
    T2T_ASSIGN_OR_RETURN(example->ports["caption"], GivenCell(row, "annotation"));
    T2T_ASSIGN_OR_RETURN(const std::string folder, GivenCell(row, "folder"));
    const std::string file = absl::StrCat(folder, "/", example->key, ".png"),
                      drawing = absl::StrCat(folder, "/", example->key, ".svg");
    std::string bytes;
    if (Exists(file)) {
      T2T_ASSIGN_OR_RETURN(bytes, ReadFile(file));
      T2T_RETURN_IF_ERROR(Annotate(ReadWholeImageHeader(bytes).status(), file));
    } else if (Exists(drawing)) {
      constexpr int64_t kSide = 128;  // pixels: twice what the problem looks at
      T2T_ASSIGN_OR_RETURN(bytes, PngOfDrawing(drawing, kSide));
    } else {
      return "emoji without a drawing";
    }
    example->ports["picture"] = std::move(bytes);
    return nullptr;
  };
  return MakeGiven(std::move(set));
}

}  // namespace t2t
