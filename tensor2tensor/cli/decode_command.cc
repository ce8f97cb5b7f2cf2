#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/evaluation/predict_in_pieces.h"
#include "tensor2tensor/library/run.h"
#include "tensor2tensor/report/contact_sheet.h"

namespace t2t {
namespace {

constexpr size_t kStdinChunk = 256;   // lines decoded together
constexpr size_t kMostOnSheet = 100;  // examples on a contact sheet

struct DecodeCommand {
  CLI::App* command = nullptr;
  std::string run, problem, split, checkpoint, device = "auto", file;
  struct In {
    std::string text;     // PORT=VALUE
    size_t words_before;  // of command->remaining(), in which --PORT VALUE is found
  };
  std::vector<In> ins;
  std::vector<std::string> sets, wants, thens;
  std::string save, sheet;
  int64_t limit = 0, threads = 0;
  bool json = false;
  DataOptions data;
  std::vector<std::vector<std::string>> on_sheet;  // what was decoded so far
  // A problem that is decoded on the way to another: what its target says becomes the next one's input.
  struct Hop {
    const Task* task = nullptr;
    std::string target, input;
  };
  std::vector<Hop> hops;
  const Task* last = nullptr;                   // whose targets are wanted
  using Through = std::vector<nlohmann::json>;  // {"problem", "target", "text"} of each hop

  // "--photo a.png" and "--in photo=a.png" as (port, text), in their order.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> PortOptions(
      const Task& task) const {
    std::vector<std::pair<std::string, std::string>> options;
    const std::vector<std::string> rest = command->remaining();
    auto in = ins.begin();
    for (size_t i = 0;; ++i) {
      for (; in != ins.end() && in->words_before <= i; ++in) {
        if (!absl::StrContains(in->text, "=")) {
          return absl::InvalidArgumentError(
              absl::StrCat("--in ", in->text, ": must read PORT=VALUE"));
        }
        options.push_back(absl::StrSplit(in->text, absl::MaxSplits('=', 1)));
      }
      if (i == rest.size()) break;
      std::string name = rest[i], value;
      if (!absl::StartsWith(name, "--"))
        return absl::InvalidArgumentError(
            absl::StrCat("'", name, "' is not an option; a port's value is given as --PORT VALUE"));
      name = name.substr(2);
      const size_t equals = name.find('=');
      if (equals != std::string::npos) {
        value = name.substr(equals + 1);
        name = name.substr(0, equals);
      } else if (i + 1 < rest.size()) {
        value = rest[++i];
      } else {
        return absl::InvalidArgumentError(absl::StrCat("--", name, ": has no value"));
      }
      options.emplace_back(name, value);
    }
    std::vector<std::string> names;
    for (const TaskPort& port : task.inputs) names.push_back(port.port.name);
    for (const auto& [name, value] : options) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      for (const CLI::Option* option : command->get_options())  // or one of them was meant
        names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
      return absl::InvalidArgumentError(absl::StrCat("--", name, ": problem '", task.spec.name,
                                                     "' has no such input",
                                                     Suggestion(name, names)));
    }
    return options;
  }

  // A text stands for itself; a picture is named by its file.
  static absl::StatusOr<Value> ReadValue(const TaskPort& port, const std::string& text,
                                         int64_t most_units) {
    if (!port.modality->is_file()) {
      // Encoded once here, so that what is wrong with it is told with its place.
      Value value(text);
      T2T_RETURN_IF_ERROR(Annotate(port.codec->Encode(value, {}).status(), port.port.name));
      return value;
    }
    T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(text));
    if (bytes.empty()) return absl::InvalidArgumentError(absl::StrCat(text, ": is empty"));
    Value value(std::move(bytes));
    if (port.codec->needs_learning()) return value;
    // Decoded once here, so that a file that is no picture is named.
    auto pieces = port.codec->Pieces(value, most_units);
    if (!pieces.ok()) return Annotate(pieces.status(), text);
    std::map<std::string, int64_t> remarks;
    for (const Value& piece : *pieces) {
      const auto units = port.codec->Encode(piece, {});
      if (!units.ok()) return Annotate(units.status(), text);
      if (units->remark != nullptr) ++remarks[units->remark];
    }
    for (const auto& [remark, count] : remarks) {
      Say(pieces->size() == 1
              ? absl::StrCat(text, ": ", remark)
              : absl::StrCat(text, ": ", count, " of its ", pieces->size(), " pieces: ", remark));
    }
    return value;
  }

  // Writes the candidates of a target that are files; their paths become their texts.
  absl::Status SaveFiles(const TaskPort& port, const std::string& key, Prediction& prediction) {
    const bool shown = !sheet.empty() && on_sheet.size() < kMostOnSheet;
    if (shown) on_sheet.emplace_back();
    for (size_t i = 0; i < prediction.candidates.size(); ++i) {
      Candidate& candidate = prediction.candidates[i];
      const std::string& bytes = candidate.value.bytes();
      candidate.text =
          absl::StrCat(save, "/", split.empty() ? "" : split + "-", key, "-", port.port.name,
                       i == 0 ? "" : absl::StrCat("-", i + 1), port.modality->SuffixOf(bytes));
      T2T_RETURN_IF_ERROR(WriteFileAtomically(candidate.text, bytes));
      if (shown) on_sheet.back().push_back(bytes);
    }
    return absl::OkStatus();
  }

  void PrintPrediction(const Task& task, const std::vector<std::string>& targets,
                       const Example& example,
                       const std::map<std::string, std::vector<Prediction>>& predictions,
                       const std::vector<Through>& passed, size_t i) const {
    if (json) {
      nlohmann::json record = {{"key", example.key}};
      if (!passed[i].empty()) record["through"] = passed[i];
      for (const std::string& target : targets) {
        nlohmann::json list = nlohmann::json::array();
        for (const Candidate& candidate : predictions.at(target)[i].candidates) {
          list.push_back(
              {{task.Find(target)->modality->is_file() ? "file" : "text", candidate.text},
               {"score", candidate.score},
               {"log_probability", candidate.log_probability},
               {"finished", candidate.finished}});
        }
        record[target] = list;
        if (!split.empty() && thens.empty())
          record["references"][target] = ReferenceTexts(*task.Find(target), example);
      }
      std::cout << record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
      return;
    }
    for (const std::string& target : targets) {
      for (const Candidate& candidate : predictions.at(target)[i].candidates) {
        if (targets.size() > 1) std::cout << target << "\t";
        // One answer a line, to be read; --json keeps every character.
        std::cout << absl::StrReplaceAll(candidate.text, {{"\n", "\\n"}, {"\r", "\\r"}}) << "\n";
      }
    }
  }

  std::vector<std::string> Targets(const Task& task) const {
    std::vector<std::string> targets = wants;
    if (targets.empty()) {
      for (const TaskPort& port : task.targets) targets.push_back(port.port.name);
    }
    return targets;
  }

  // Whether targets that are files have a place, and places have targets.
  absl::Status CheckFiles(const Task& task) const {
    std::vector<std::string> names;
    for (const TaskPort& port : task.targets) names.push_back(port.port.name);
    const std::vector<std::string> targets = Targets(task);
    bool files = false;
    for (const std::string& target : targets) {
      if (std::find(names.begin(), names.end(), target) == names.end()) {
        return absl::InvalidArgumentError(absl::StrCat("--want ", target, ": problem '",
                                                       task.spec.name, "' has no such target",
                                                       Suggestion(target, names)));
      }
      const TaskPort& port = *task.Find(target);
      files = files || port.modality->is_file();
      if (!port.modality->is_file() || !save.empty()) continue;
      return absl::InvalidArgumentError(absl::StrCat("--save FOLDER: is needed, since the target '",
                                                     target, "' is a file (", port.port.modality,
                                                     ")"));
    }
    if (!save.empty() && !files) {
      return absl::InvalidArgumentError(
          absl::StrCat("--save: none of these targets is a file: ", absl::StrJoin(targets, ", ")));
    }
    if (sheet.empty() || (targets.size() == 1 && task.Find(targets[0])->port.modality == "image"))
      return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("--sheet: shows one target of modality image, not ",
                     absl::StrJoin(targets, ", "), "; choose one by --want"));
  }

  // From a target of one problem to the only input of the next: of the same name, or else the only one of the same modality.
  static absl::StatusOr<Hop> MakeHop(const Task& from, const Task& to) {
    std::string why = absl::StrCat(to.inputs.size(), " inputs, not one");
    if (to.inputs.size() == 1) {
      const TaskPort& input = to.inputs[0];
      std::vector<std::string> fitting;
      for (const TaskPort& target : from.targets) {
        if (target.port.modality == input.port.modality) fitting.push_back(target.port.name);
      }
      if (std::find(fitting.begin(), fitting.end(), input.port.name) != fitting.end())
        fitting = {input.port.name};
      if (fitting.size() == 1) return Hop{&from, fitting[0], input.port.name};
      why = absl::StrCat(
          "the input '", input.port.name, "' of modality ", input.port.modality,
          fitting.empty() ? ", which no target of " : ", which more than one target of ",
          from.spec.name, fitting.empty() ? " has" : " could be");
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--then ", to.spec.name, ": has ", why, "; it goes on from ", from.spec.name));
  }

  // How the target is decoded.
  static PredictOptions Way(const Run& opened, const DecodeChoices& decode, const Task& task,
                            const std::string& target) {
    PredictOptions options;
    options.batching = opened.options.data.batching;
    options.decode = decode.Of(task.spec.name, target);
    return options;
  }

  // The examples of the last problem; what the targets on the way said is added to `passed`.
  absl::StatusOr<std::vector<Example>> Pass(const Run& opened, const DecodeChoices& decode,
                                            std::vector<Example> examples,
                                            std::vector<Through>* passed) const {
    for (const Hop& hop : hops) {
      PredictOptions options = Way(opened, decode, *hop.task, hop.target);
      options.decode.n_best = 1;
      T2T_ASSIGN_OR_RETURN(
          const std::vector<Prediction> predictions,
          PredictInPieces(*opened.model, *hop.task, hop.target, examples, options));
      const bool is_file = hop.task->Find(hop.target)->modality->is_file();
      for (size_t i = 0; i < examples.size(); ++i) {
        const Candidate& answer = predictions[i].candidates.at(0);
        nlohmann::json& said = (*passed)[i].emplace_back(
            nlohmann::json{{"problem", hop.task->spec.name}, {"target", hop.target}});
        if (!is_file) said["text"] = answer.text;
        examples[i].ports = {{hop.input, answer.value}};
      }
    }
    return examples;
  }

  // `first`: the number of the first of them, for the names of files.
  absl::Status DecodeExamples(const Run& opened, const DecodeChoices& decode,
                              const std::vector<Example>& given, int64_t first) {
    std::vector<Through> passed(given.size());
    T2T_ASSIGN_OR_RETURN(const std::vector<Example> examples, Pass(opened, decode, given, &passed));
    const Task& task = *last;
    const std::vector<std::string> targets = Targets(task);
    std::map<std::string, std::vector<Prediction>> predictions;
    for (const std::string& target : targets) {
      T2T_ASSIGN_OR_RETURN(predictions[target],
                           PredictInPieces(*opened.model, task, target, examples,
                                           Way(opened, decode, task, target)));
      const TaskPort& port = *task.Find(target);
      for (size_t i = 0; port.modality->is_file() && i < examples.size(); ++i) {
        T2T_RETURN_IF_ERROR(
            SaveFiles(port, absl::StrCat(first + static_cast<int64_t>(i)), predictions[target][i]));
      }
    }
    for (size_t i = 0; i < examples.size(); ++i)
      PrintPrediction(task, targets, examples[i], predictions, passed, i);
    std::cout.flush();
    return absl::OkStatus();
  }

  absl::Status DecodeLines(const Run& opened, const Task& task, const DecodeChoices& decode,
                           std::istream& in, const std::string& place) {
    std::vector<Example> examples;
    std::string line;
    int64_t number = 0;
    while (true) {
      const bool more = static_cast<bool>(std::getline(in, line));
      if (more) {
        ++number;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        Example example;
        example.key = absl::StrCat(number);
        const std::vector<std::string> fields = absl::StrSplit(line, '\t');
        if (task.inputs.size() > 1 && fields.size() != task.inputs.size()) {
          return absl::InvalidArgumentError(
              absl::StrCat(place, ":", number, ": ", fields.size(), " fields, but the problem has ",
                           task.inputs.size(), " inputs; a line holds them all, split by tabs"));
        }
        for (size_t i = 0; i < task.inputs.size(); ++i) {
          auto value = ReadValue(task.inputs[i], task.inputs.size() > 1 ? fields[i] : line,
                                 opened.options.data.batching.max_length);
          if (!value.ok()) return Annotate(value.status(), absl::StrCat(place, ":", number));
          example.ports[task.inputs[i].port.name] = *std::move(value);
        }
        examples.push_back(std::move(example));
      }
      if (examples.size() == kStdinChunk || (!more && !examples.empty())) {
        T2T_RETURN_IF_ERROR(DecodeExamples(opened, decode, examples,
                                           number + 1 - static_cast<int64_t>(examples.size())));
        examples.clear();
      }
      if (!more) return absl::OkStatus();
    }
  }

  absl::Status DecodeAndShow(const Library& library) {
    T2T_RETURN_IF_ERROR(Decode(library));
    if (sheet.empty()) return absl::OkStatus();
    T2T_ASSIGN_OR_RETURN(const std::string png, ContactSheetPng(on_sheet));
    return WriteFileAtomically(sheet, png);
  }

  absl::Status Decode(const Library& library) {
    OpenOptions open;
    open.checkpoint = checkpoint;
    open.device = device;
    open.threads = threads;
    T2T_ASSIGN_OR_RETURN(const Run opened, OpenRun(library, run, open));
    T2T_ASSIGN_OR_RETURN(const Task* task, opened.FindTask(problem));
    T2T_ASSIGN_OR_RETURN(const DecodeChoices decode, opened.Decoding(sets));
    last = task;
    for (const std::string& then : thens) {
      const auto next = opened.FindTask(then);
      if (!next.ok()) return Annotate(next.status(), "--then");
      T2T_ASSIGN_OR_RETURN(hops.emplace_back(), MakeHop(*last, **next));
      last = *next;
    }
    T2T_RETURN_IF_ERROR(CheckFiles(*last));
    T2T_ASSIGN_OR_RETURN(const auto ports, PortOptions(*task));
    if (!save.empty()) T2T_RETURN_IF_ERROR(MakeFolders(save));
    if (int{!ports.empty()} + int{!file.empty()} + int{!split.empty()} > 1) {
      return absl::InvalidArgumentError(
          "inputs come from --file, from --split or from options of ports, not from two of them");
    }
    if (!split.empty()) {
      T2T_ASSIGN_OR_RETURN(const auto reader, SplitReader::Open(data.data, task->spec, split));
      const int64_t size = limit > 0 ? std::min(limit, reader->size()) : reader->size();
      for (int64_t begin = 0; begin < size; begin += static_cast<int64_t>(kStdinChunk)) {
        std::vector<Example> examples;
        for (int64_t i = begin; i < std::min(size, begin + static_cast<int64_t>(kStdinChunk));
             ++i) {
          T2T_ASSIGN_OR_RETURN(Example example, reader->Read(i));
          examples.push_back(std::move(example));
        }
        T2T_RETURN_IF_ERROR(DecodeExamples(opened, decode, examples, begin));
      }
      return absl::OkStatus();
    }
    if (ports.empty() && file.empty() && !task->inputs.empty())
      return DecodeLines(opened, *task, decode, std::cin, "stdin");
    if (!file.empty()) {
      T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
      std::istringstream in(text);
      return DecodeLines(opened, *task, decode, in, file);
    }
    // The same port named again begins the next example.
    std::vector<Example> examples(1);
    for (const auto& [name, text] : ports) {
      if (examples.back().ports.count(name) > 0) examples.emplace_back();
      T2T_ASSIGN_OR_RETURN(
          examples.back().ports[name],
          ReadValue(*task->Find(name), text, opened.options.data.batching.max_length));
      examples.back().key = absl::StrCat(examples.size());
    }
    return DecodeExamples(opened, decode, examples, 1);
  }
};

}  // namespace

Action AddDecodeCommand(CLI::App& app, const Library& library) {
  auto decode = std::make_shared<DecodeCommand>();
  CLI::App* command = app.add_subcommand(
      "decode", "decode inputs of your own: --PORT VALUE, lines of a file or of stdin, or a split");
  command->add_option("run", decode->run, "folder of the run")->required();
  command->add_option("--problem", decode->problem, "which of the run's problems");
  command
      ->add_option_function<std::string>(
          "--in",
          [decode](const std::string& text) {
            decode->ins.push_back({text, decode->command->remaining_size()});
          },
          "PORT=VALUE, as --PORT VALUE; a picture is named by its file; may be repeated")
      ->trigger_on_parse();
  command->add_option("--file", decode->file, "a line an example; the order is kept");
  CLI::Option* split =
      command->add_option("--split", decode->split,
                          "decode a generated split; in --json with references, unless --then "
                          "goes on");
  command->add_option("--limit", decode->limit, "with --split: only so many")
      ->check(CLI::NonNegativeNumber)
      ->needs(split);
  command
      ->add_option("--want", decode->wants,
                   "targets, such as caption,speech; may be repeated; default: all")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--then", decode->thens,
                   "a problem of the run that goes on with what the one before says: from a to b "
                   "and then from b to c, by the best answer of each; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--set", decode->sets,
                   "method=greedy|beam|sample, beam=4, n_best=4, candidates=32, utility=chrf, "
                   "length_penalty=, temperature=, top_k=, top_p=, guidance=, steps=, passes=, "
                   "max_length=, seed=, "
                   "constraint=translation (codons of the protein given); over what the run says, "
                   "which a method replaces, but for the constraint")
      ->allow_extra_args(false);
  command->add_option("--save", decode->save,
                      "folder for targets that are files, NUMBER-TARGET.png; their paths are "
                      "printed, and what is there under a name is replaced");
  command->add_option(
      "--sheet", decode->sheet,
      "a picture of the pictures that are made, a row an example, at most 100: sheet.png");
  command->add_option("--checkpoint", decode->checkpoint,
                      "best, last or a step (default: best where there is one)");
  command->add_option("--device", decode->device, "auto, cpu or cuda")->capture_default_str();
  command->add_option("--threads", decode->threads, "0 = all cores")->check(CLI::NonNegativeNumber);
  command->add_flag(
      "--json", decode->json,
      "JSON lines with scores and all candidates; keeps line breaks within an answer");
  decode->data.AddTo(*command, DataOptions::Use::kReads);
  command->allow_extras();
  decode->command = command;
  return [decode, &library] { return decode->DecodeAndShow(library); };
}

}  // namespace t2t
