#include "problems/folder/folder_reading.h"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "modalities/codecs/utf8.h"
#include "problems/folder/row_filter.h"
#include "problems/folder/split_rule.h"
#include "problems/folder/stored_ids.h"
#include "problems/rows/open_rows.h"
#include "problems/shards/hash_ledger.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

class Reading {
 public:
  Reading(const std::string& folder, const FolderManifest& manifest,
          const std::vector<RowFile>& files, const GenerateOptions& options, ExampleSink& sink)
      : folder_(folder),
        manifest_(manifest),
        files_(files),
        options_(options),
        sink_(sink),
        split_rule_(manifest_.split, GroupPorts(manifest_.spec)) {
    for (const FolderPort& port : manifest_.ports) {
      patterns_.push_back(
          port.extract.empty() ? nullptr : std::make_unique<const RE2>(port.extract, RE2::Quiet));
      endings_.insert(endings_.end(), port.endings.begin(), port.endings.end());
    }
  }

  absl::Status Read() {
    T2T_ASSIGN_OR_RETURN(filter_, RowFilter::Make(manifest_.filters));
    T2T_ASSIGN_OR_RETURN(keys_, HashLedger::Make());
    for (const FolderPort& port : manifest_.ports) {
      if (port.ids.kind.empty()) continue;
      T2T_ASSIGN_OR_RETURN(ids_[port.name], StoredIds::Make(port.ids, IdsFile(folder_, port)));
    }
    T2T_RETURN_IF_ERROR(CountBalanced());
    adding_ = true;
    T2T_RETURN_IF_ERROR(ForEachRow([&](const RowFile& file, RowReader& reader, Row& row) {
      return AddRow(file, reader, row);
    }));
    adding_ = false;
    return CheckKeys();
  }

  const std::map<std::string, int64_t>& counts() const { return counts_; }

 private:
  using Visit = std::function<absl::Status(const RowFile&, RowReader&, Row&)>;

  static std::vector<std::string> GroupPorts(const ProblemSpec& spec) {
    std::vector<std::string> names;
    for (const Port& port : spec.inputs.empty() ? spec.targets : spec.inputs)
      names.push_back(port.name);
    return names;
  }

  absl::Status ForEachRow(const Visit& visit) {
    RowOptions rows;
    if (!manifest_.feature.empty()) rows.feature = manifest_.feature;
    rows.endings = endings_;
    rows.left_out = [&](absl::string_view why) {
      if (adding_) sink_.LeftOut(why);
    };
    for (file_ = 0; file_ < files_.size(); ++file_) {
      const RowFile& file = files_[file_];
      absl::StatusOr<std::unique_ptr<RowReader>> reader =
          file.parts[0].first.empty() ? OpenRows(file.parts[0].second, rows, manifest_.format)
                                      : OpenSideBySide(file.parts, rows, manifest_.format);
      if (!reader.ok()) return reader.status();
      T2T_RETURN_IF_ERROR(CheckColumns(file.parts[0].second, (*reader)->columns()));
      Row row;
      for (row_ = 0;; ++row_) {
        T2T_ASSIGN_OR_RETURN(const bool more, (*reader)->Next(&row));
        if (!more) break;
        T2T_RETURN_IF_ERROR(visit(file, **reader, row));
      }
    }
    return absl::OkStatus();
  }

  // Where all rows of a file have the same columns, one that is missing is no matter of a row.
  absl::Status CheckColumns(const std::string& path,
                            const std::vector<std::string>& columns) const {
    if (columns.empty()) return absl::OkStatus();
    for (const std::string& wanted : WantedColumns()) {
      if (std::find(columns.begin(), columns.end(), wanted) == columns.end()) {
        return absl::NotFoundError(
            absl::StrCat(path, ": has no column '", wanted, "'", Suggestion(wanted, columns)));
      }
    }
    return absl::OkStatus();
  }

  std::vector<std::string> WantedColumns() const {
    std::vector<std::string> wanted;
    for (const FolderPort& port : manifest_.ports)
      wanted.insert(wanted.end(), port.columns.begin(), port.columns.end());
    if (manifest_.tables[0].split.empty()) {
      for (const std::string& column : manifest_.split.Columns()) wanted.push_back(column);
    }
    for (const std::string& column : {manifest_.weight_column, manifest_.key_column}) {
      if (!column.empty()) wanted.push_back(column);
    }
    for (const auto& [column, unused] : manifest_.class_weights) wanted.push_back(column);
    return wanted;
  }

  // How often each value of a column stands among training's examples, for those that are to be balanced.
  absl::Status CountBalanced() {
    for (const auto& [column, weights] : manifest_.class_weights) {
      if (weights.empty()) balance_[column];
    }
    if (balance_.empty()) return absl::OkStatus();
    SplitRule rule = split_rule_;
    T2T_RETURN_IF_ERROR(ForEachRow([&](const RowFile& file, RowReader& reader, Row& row) {
      const absl::StatusOr<Made> made = Make(file, reader, row, rule);
      if (!made.ok() || !made->refusal.empty() || made->split != "train") return absl::OkStatus();
      for (auto& [column, counts] : balance_) {
        const auto cell = row.cells.find(column);
        if (cell != row.cells.end()) ++counts[TextOfValue(cell->second)];
      }
      return absl::OkStatus();
    }));
    for (auto& [column, counts] : balance_) {
      double sum = 0;
      for (const auto& [value, count] : counts) sum += count;
      for (auto& [value, count] : counts) {
        count = std::min<double>(sum / (static_cast<double>(counts.size()) * count), kMostWeight);
      }
    }
    return absl::OkStatus();
  }

  struct Made {
    Example example;
    std::string split;
    std::string refusal;  // why a filter leaves it out; "" = it does not
  };

  absl::StatusOr<Made> Make(const RowFile& file, const RowReader& reader, Row& row,
                            SplitRule& rule) {
    T2T_RETURN_IF_ERROR(row.status);
    Made made;
    T2T_RETURN_IF_ERROR(FillExample(reader, row, &made.example));
    T2T_ASSIGN_OR_RETURN(made.refusal, filter_.Refusal(made.example));
    if (!made.refusal.empty()) return made;
    T2T_RETURN_IF_ERROR(CheckPorts(made.example));
    made.split = file.split;
    if (made.split.empty()) {
      T2T_ASSIGN_OR_RETURN(made.split, rule.SplitOf(row, made.example));
    }
    return made;
  }

  absl::Status AddRow(const RowFile& file, RowReader& reader, Row& row) {
    absl::StatusOr<Made> made = Make(file, reader, row, split_rule_);
    absl::Status status = made.status();
    if (status.ok() && !made->refusal.empty()) {
      sink_.LeftOut(made->refusal);
      return absl::OkStatus();
    }
    if (status.ok()) status = Weigh(row, &made->example.weight);
    if (!status.ok()) return sink_.Broken(row.place, status);
    if (has_key_) T2T_RETURN_IF_ERROR(keys_->Add(made->example.key, Place()));
    ++counts_[made->split];
    T2T_RETURN_IF_ERROR(sink_.Add(made->split, std::move(made->example)));
    if (++done_ % 1000 == 0 && options_.progress)
      options_.progress(
          absl::StrCat("rows of ", std::filesystem::path(file.parts[0].second).filename().string()),
          done_, 0);
    return absl::OkStatus();
  }

  absl::Status FillExample(const RowReader& reader, Row& row, Example* example) {
    file_names_.clear();
    has_key_ = !row.key.empty() || !manifest_.key_column.empty();
    example->key = row.key;
    if (!manifest_.key_column.empty()) {
      const auto cell = row.cells.find(manifest_.key_column);
      example->key = cell == row.cells.end() ? "" : TextOfValue(cell->second);
      if (example->key.empty())
        return absl::DataLossError(absl::StrCat("column '", manifest_.key_column, "' is empty"));
    } else if (!has_key_) {
      absl::string_view place = row.place;
      if (absl::ConsumePrefix(&place, folder_)) absl::ConsumePrefix(&place, "/");
      example->key = std::string(place);
    }
    for (size_t i = 0; i < manifest_.ports.size(); ++i) {
      const FolderPort& port = manifest_.ports[i];
      T2T_RETURN_IF_ERROR(
          Annotate(ReadPort(port, patterns_[i].get(), reader, row, example),
                   absl::StrCat("column '", absl::StrJoin(port.columns, "', '"), "'")));
    }
    return absl::OkStatus();
  }

  absl::Status ReadPort(const FolderPort& port, const RE2* extract, const RowReader& reader,
                        const Row& row, Example* example) {
    Value& value = example->ports[port.name];
    if (port.columns.size() == 1) {
      const std::string& column = port.columns[0];
      const auto cell = row.cells.find(column);
      if (cell == row.cells.end()) {
        if (port.empty) value = *port.empty;
        if (port.empty || filter_.LeavesOutEmpty(port.name)) return absl::OkStatus();
        std::vector<std::string> names;
        for (const auto& [name, unused] : row.cells) names.push_back(name);
        return absl::DataLossError(absl::StrCat("there is none", Suggestion(column, names)));
      }
      T2T_ASSIGN_OR_RETURN(value, CellOf(port, cell->second));
      const auto further = row.further.find(column);
      if (further != row.further.end()) {
        T2T_RETURN_IF_ERROR(AddFurther(port, further->second, &value, example));
      }
      for (Value& other : example->alternatives[port.name]) {
        T2T_RETURN_IF_ERROR(FinishValue(port, extract, reader, &other));
      }
      if (example->alternatives[port.name].empty()) example->alternatives.erase(port.name);
    } else {
      std::vector<std::string> parts;
      for (const std::string& column : port.columns) {
        const auto cell = row.cells.find(column);
        parts.emplace_back();
        if (cell != row.cells.end()) {
          T2T_ASSIGN_OR_RETURN(const Value part, CellOf(port, cell->second));
          parts.back() = TextOfValue(part);
        }
        if (parts.back().empty() && port.empty) parts.back() = *port.empty;
        if (parts.back().empty())
          return absl::DataLossError(absl::StrCat("'", column, "' is empty"));
      }
      value = absl::StrJoin(parts, port.join);
    }
    return FinishValue(port, extract, reader, &value);
  }

  // What the manifest makes of a cell: the part that is extracted, what an empty one stands for, the file that it names.
  absl::Status FinishValue(const FolderPort& port, const RE2* extract, const RowReader& reader,
                           Value* value) {
    if (extract != nullptr) {
      std::string found;
      if (!RE2::PartialMatch(TextOfValue(*value), *extract, &found)) {
        return absl::DataLossError(absl::StrCat("'", Utf8Shortened(TextOfValue(*value), 60),
                                                "' does not fit the pattern to extract"));
      }
      *value = std::move(found);
    }
    if (value->is_bytes() && value->bytes().empty() && port.empty) *value = *port.empty;
    if (!port.is_file || reader.holds_file(port.columns[0])) return absl::OkStatus();
    if (value->is_bytes() && value->bytes().empty()) return absl::OkStatus();  // said by CheckPorts
    if (!value->is_bytes()) return absl::DataLossError("must be the name of a file");
    file_names_[port.name] = value->bytes();
    T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(PathOf(value->bytes())));
    *value = std::move(bytes);
    return absl::OkStatus();
  }

  // The cell, or the text whose ids it holds.
  absl::StatusOr<Value> CellOf(const FolderPort& port, const Value& cell) const {
    const auto ids = ids_.find(port.name);
    if (ids == ids_.end()) return cell;
    T2T_ASSIGN_OR_RETURN(std::string text, ids->second.TextOf(cell));
    return Value(std::move(text));
  }

  // A list: joined where the manifest says how, else the values that a target may have.
  absl::Status AddFurther(const FolderPort& port, const std::vector<Value>& further, Value* value,
                          Example* example) const {
    if (port.joins) {
      std::string all = TextOfValue(*value);
      for (const Value& next : further) absl::StrAppend(&all, port.join, TextOfValue(next));
      *value = std::move(all);
      return absl::OkStatus();
    }
    if (port.is_input) {
      return absl::DataLossError(absl::StrCat("has ", further.size() + 1,
                                              " values; say join: ', ' or which one (column: "
                                              "NAME.0)"));
    }
    example->alternatives[port.name] = further;
    return absl::OkStatus();
  }

  // A relative name is one in data.folder.
  std::string PathOf(const std::string& file) const {
    return (std::filesystem::path(folder_) / manifest_.base / file).string();
  }

  // Values once more, so that a picture that is none, or a class that is unknown, names its row.
  absl::Status CheckPorts(Example& example) {
    for (const FolderPort& port : manifest_.ports) {
      Value& value = example.ports.at(port.name);
      const std::string column = absl::StrJoin(port.columns, "', '");
      if (value.is_bytes() && value.bytes().empty())
        return absl::DataLossError(absl::StrCat("column '", column, "' is empty"));
      absl::Status status = port.codec->Check(value);
      if (!status.ok() && !value.is_bytes()) {
        // A number where a name is wanted: a class in a TFRecord.
        Value text = TextOfValue(value);
        if (port.codec->Check(text).ok()) {
          value = std::move(text);
          status = absl::OkStatus();
        }
      }
      for (const Value& other : example.alternatives[port.name]) {
        if (status.ok()) status = port.codec->Check(other);
      }
      if (example.alternatives[port.name].empty()) example.alternatives.erase(port.name);
      const auto file = file_names_.find(port.name);
      const bool named = port.is_file && file != file_names_.end();
      T2T_RETURN_IF_ERROR(Annotate(
          status,
          absl::StrCat("column '", column, "'", named ? absl::StrCat(" = ", file->second) : "")));
    }
    return absl::OkStatus();
  }

  absl::Status Weigh(const Row& row, float* weight) const {
    const std::string& column = manifest_.weight_column;
    if (!column.empty()) {
      const auto cell = row.cells.find(column);
      const std::string text = cell == row.cells.end() ? "" : TextOfValue(cell->second);
      if (!absl::SimpleAtof(text, weight) || !IsWeight(*weight)) {
        return absl::DataLossError(absl::StrCat("column '", column, "' = '", text,
                                                "': a weight is a number from 0 to ", kMostWeight));
      }
    }
    for (const auto& [name, weights] : manifest_.class_weights) {
      const auto cell = row.cells.find(name);
      if (cell == row.cells.end())
        return absl::DataLossError(absl::StrCat("there is no '", name, "'"));
      const std::string text = TextOfValue(cell->second);
      const std::map<std::string, double>& by_value = weights.empty() ? balance_.at(name) : weights;
      const auto found = by_value.find(text);
      if (found != by_value.end()) *weight *= static_cast<float>(found->second);
      if (!IsWeight(*weight)) {
        return absl::DataLossError(absl::StrCat("column '", name, "' = '", text, "' weighs ",
                                                *weight, ": a weight is a number from 0 to ",
                                                kMostWeight));
      }
    }
    return absl::OkStatus();
  }

  uint64_t Place() const {
    return (static_cast<uint64_t>(file_) << 40) | static_cast<uint64_t>(row_);
  }

  // The place of a row by its number, by reading up to it once more.
  absl::StatusOr<std::string> PlaceOf(uint64_t number) {
    std::string place;
    T2T_RETURN_IF_ERROR(ForEachRow([&](const RowFile&, RowReader&, Row& row) {
      if (Place() == number) place = row.place;
      return absl::OkStatus();
    }));
    return place;
  }

  absl::Status CheckKeys() {
    T2T_ASSIGN_OR_RETURN(const auto repeated, keys_->FirstRepeated());
    if (!repeated) return absl::OkStatus();
    T2T_ASSIGN_OR_RETURN(const std::string first, PlaceOf(repeated->first));
    T2T_ASSIGN_OR_RETURN(const std::string second, PlaceOf(repeated->second));
    return absl::InvalidArgumentError(
        absl::StrCat(second, ": has the key of ", first, ": two examples with one key"));
  }

  const std::string& folder_;
  const FolderManifest& manifest_;
  const std::vector<RowFile>& files_;
  const GenerateOptions& options_;
  ExampleSink& sink_;
  SplitRule split_rule_;
  RowFilter filter_;
  std::unique_ptr<HashLedger> keys_;
  std::vector<std::unique_ptr<const RE2>> patterns_;
  std::vector<std::string> endings_;
  std::map<std::string, StoredIds> ids_;                          // by port
  std::map<std::string, std::map<std::string, double>> balance_;  // counts, then weights
  std::map<std::string, int64_t> counts_;                         // of examples, by split
  std::map<std::string, std::string> file_names_;                 // of the row's file ports
  bool has_key_ = false;
  bool adding_ = false;  // in the pass that adds what it reads
  size_t file_ = 0;
  int64_t row_ = 0, done_ = 0;
};

}  // namespace

absl::StatusOr<std::map<std::string, int64_t>> ReadFolder(const std::string& folder,
                                                          const FolderManifest& manifest,
                                                          const std::vector<RowFile>& files,
                                                          const GenerateOptions& options,
                                                          ExampleSink& sink) {
  Reading reading(folder, manifest, files, options, sink);
  T2T_RETURN_IF_ERROR(reading.Read());
  return reading.counts();
}

}  // namespace t2t
