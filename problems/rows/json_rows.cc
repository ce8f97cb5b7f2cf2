#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "problems/readers/compressed.h"
#include "problems/readers/json_file.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "problems/rows/json_cells.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using nlohmann::json;

std::string TextOf(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>() : value.dump();
}

bool AllAre(const json& list, bool (*is)(const json&)) {
  return !list.empty() && std::all_of(list.begin(), list.end(), is);
}

}  // namespace

absl::StatusOr<json> ParseJson(absl::string_view text) {
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::parse_error& error) {
    return absl::DataLossError(absl::StrCat("is not JSON at byte ", error.byte));
  }
}

void AddJsonCells(const json& value, const std::string& prefix, Row* row) {
  const std::string before = prefix.empty() ? "" : prefix + ".";
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) AddJsonCells(item, before + key, row);
  } else if (value.is_array()) {
    if (AllAre(value, [](const json& item) { return item.is_number(); })) {
      row->cells[prefix] = value.get<std::vector<float>>();
    } else if (AllAre(value, [](const json& item) { return item.is_string(); })) {
      row->cells[prefix] = value[0].get<std::string>();
      for (size_t i = 1; i < value.size(); ++i)
        row->further[prefix].push_back(value[i].get<std::string>());
    } else {
      for (size_t i = 0; i < value.size(); ++i)
        AddJsonCells(value[i], absl::StrCat(before, i), row);
    }
  } else if (!value.is_null()) {
    row->cells[prefix] = TextOf(value);
  }
}

namespace {

void FillRow(const json& object, Row* row) {
  row->key.clear();
  row->cells.clear();
  row->further.clear();
  row->status = absl::OkStatus();
  if (!object.is_object()) {
    row->status =
        absl::DataLossError(absl::StrCat("is a JSON ", object.type_name(), ", not an object"));
  } else {
    AddJsonCells(object, "", row);
  }
}

class JsonLines : public RowReader {
 public:
  explicit JsonLines(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    do {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) return false;
    } while (line.find_first_not_of(" \t") == absl::string_view::npos);
    const absl::StatusOr<json> object = ParseJson(line);
    FillRow(object.ok() ? *object : json::object(), row);
    if (!object.ok()) row->status = object.status();
    row->place = absl::StrCat(lines_.path(), ":", lines_.number());
    return true;
  }

 private:
  LineReader lines_;
};

class JsonList : public RowReader {
 public:
  JsonList(std::string path, json list) : path_(std::move(path)), list_(std::move(list)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    if (next_ >= list_.size()) return false;
    FillRow(list_[next_], row);
    row->place = absl::StrCat(path_, ": item ", next_++);
    return true;
  }

 private:
  std::string path_;
  json list_;
  size_t next_ = 0;
};

class Coco : public RowReader {
 public:
  Coco(std::string path, json file) : path_(std::move(path)), file_(std::move(file)) {}

  absl::Status Index() {
    for (const char* list : {"images", "annotations"}) {
      if (!file_.is_object() || !file_.contains(list) || !file_[list].is_array()) {
        return absl::InvalidArgumentError(
            absl::StrCat(path_, ": is not of COCO's form: it has no list '", list, "'"));
      }
    }
    T2T_RETURN_IF_ERROR(IndexBy("images", "file_name", &files_));
    if (file_.contains("categories"))
      T2T_RETURN_IF_ERROR(IndexBy("categories", "name", &categories_));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(Row* row) override {
    const json& annotations = file_["annotations"];
    if (next_ >= annotations.size()) return false;
    const json& annotation = annotations[next_];
    FillRow(annotation, row);
    row->place = absl::StrCat(path_, ": annotation ", next_++);
    if (!row->status.ok()) return true;
    Name(annotation, "image_id", files_, "file", row);
    if (annotation.contains("category_id"))
      Name(annotation, "category_id", categories_, "category", row);
    return true;
  }

 private:
  using Names = absl::flat_hash_map<std::string, std::string>;

  absl::Status IndexBy(const char* list, const char* name, Names* names) const {
    size_t place = 0;
    for (const json& item : file_.at(list)) {
      if (!item.is_object() || !item.contains("id") || !item.contains(name) ||
          !item[name].is_string()) {
        return absl::DataLossError(
            absl::StrCat(path_, ": ", list, "[", place, "] has no 'id' or no '", name, "'"));
      }
      (*names)[TextOf(item["id"])] = item[name].get<std::string>();
      ++place;
    }
    return absl::OkStatus();
  }

  static void Name(const json& annotation, const char* id, const Names& names, const char* cell,
                   Row* row) {
    const std::string text = annotation.contains(id) ? TextOf(annotation[id]) : "";
    const auto name = names.find(text);
    if (name != names.end()) {
      row->cells[cell] = name->second;
    } else {
      row->status =
          absl::DataLossError(absl::StrCat("its ", id, " '", text, "' is none of the file's"));
    }
  }

  std::string path_;
  json file_;
  Names files_, categories_;
  size_t next_ = 0;
};

}  // namespace

RowsOrStatus OpenJsonLines(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<JsonLines>(std::move(lines));
}

RowsOrStatus OpenCoco(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(json file, ReadJsonFile(path));
  auto coco = std::make_unique<Coco>(path, std::move(file));
  T2T_RETURN_IF_ERROR(coco->Index());
  return coco;
}

RowsOrStatus OpenJson(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(json file, ReadJsonFile(path));
  if (file.is_object() && file.contains("images") && file.contains("annotations")) {
    auto coco = std::make_unique<Coco>(path, std::move(file));
    T2T_RETURN_IF_ERROR(coco->Index());
    return coco;
  }
  if (!file.is_array()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": must be a list of objects, or COCO's images and annotations; an object a line is "
        "called .jsonl"));
  }
  return std::make_unique<JsonList>(path, std::move(file));
}

}  // namespace t2t
