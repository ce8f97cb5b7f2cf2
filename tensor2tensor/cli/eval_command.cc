#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "files/atomic_file.h"
#include "problems/shards/shard_reader.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/comparisons.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/cli/measurement_lines.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/evaluation/judge_ports.h"
#include "tensor2tensor/evaluation/metrics/confusion.h"
#include "tensor2tensor/library/run.h"
#include "tensor2tensor/runs/provenance.h"

namespace t2t {
namespace {

constexpr size_t kShown = 10;             // examples kept for the report
constexpr size_t kConfusionClasses = 64;  // a larger matrix says nothing to a reader

struct EvalCommand {
  std::string run, problem, split = "valid", checkpoint, device = "auto", judge, against;
  std::vector<std::string> sets, metrics;
  int64_t limit = 0, threads = 0, baseline_limit = 1000, retrieve = 0;
  bool baselines = false, print_json = false, blind = false;
  DataOptions data;

  // {"base64"} of a file that a page can show, or {"text"}.
  static nlohmann::json ShowValue(const TaskPort& port, const Value& value) {
    if (port.modality->is_file() && value.is_bytes())
      return {{"base64", absl::Base64Escape(value.bytes())}};
    return {{"text", port.codec->Show(value)}};
  }

  // Ten examples drawn by number, so that they are the same ones for every model of the split.
  static absl::StatusOr<nlohmann::json> ShownExamples(const t2t::Run& run, const Task& task,
                                                      const SplitReader& reader,
                                                      const EvaluationResult& result,
                                                      const TargetResult& target,
                                                      const EvaluateOptions& options) {
    const RandomKey key = RandomKey(1).With("shown").With(task.spec.name);
    // What was not decoded was priced.
    const bool priced = target.answers.predictions.empty();
    const std::vector<int64_t>& numbers = priced ? target.cost_numbers : result.numbers;
    std::vector<std::pair<uint64_t, size_t>> order;  // (drawn, place)
    for (size_t i = 0; i < numbers.size(); ++i)
      order.emplace_back(key.With(static_cast<uint64_t>(numbers[i])).value(), i);
    std::sort(order.begin(), order.end());
    order.resize(std::min(kShown, order.size()));
    const TaskPort& port = *task.Find(target.target);
    T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric(MetricNames(task, port)[0]));
    std::vector<Example> examples;
    for (const auto& [drawn, place] : order) {
      T2T_ASSIGN_OR_RETURN(Example example, reader.Read(numbers[place]));
      examples.push_back(std::move(example));
    }
    // Files are to be looked at, also where no metric judges what is decoded.
    std::vector<Prediction> answers;
    if (!target.predictions.empty()) {
      for (const auto& [drawn, place] : order) {
        const auto at =
            std::lower_bound(result.numbers.begin(), result.numbers.end(), numbers[place]);
        answers.push_back(target.predictions[static_cast<size_t>(at - result.numbers.begin())]);
      }
    } else if (port.modality->is_file()) {
      PredictOptions predict;
      predict.decode = options.decode.Of(task.spec.name, target.target);
      predict.batching = options.batching;
      T2T_ASSIGN_OR_RETURN(answers, Predict(*run.model, task, target.target, examples, predict));
    }
    nlohmann::json shown = nlohmann::json::array();
    for (size_t i = 0; i < order.size(); ++i) {
      const size_t place = order[i].second;
      const Example& example = examples[i];
      nlohmann::json entry = {{"key", example.key}};
      if (priced) {
        const std::vector<std::string>& references = target.costs.references[place];
        entry["cost"] =
            metric->Score(metric->Statistics(target.costs.predictions[place], references));
        entry["cost_metric"] = metric->name();
        entry["references"] = target.costs.references[place];
      } else {
        entry["prediction"] = answers[i].candidates.empty() ? "" : answers[i].candidates[0].text;
        entry["references"] = ReferenceTexts(port, example);
      }
      if (port.modality->is_file()) {
        entry["wanted"] = ShowValue(port, example.ports.at(target.target));
        if (!answers[i].candidates.empty())
          entry["answer"] = ShowValue(port, answers[i].candidates[0].value);
      }
      if (const std::string& guide = port.port.aligned_with; !guide.empty())
        entry["aligned_with"] = guide;
      for (const TaskPort& input : task.inputs) {
        const auto given = example.ports.find(input.port.name);
        if (given != example.ports.end())
          entry["inputs"][input.port.name] = ShowValue(input, given->second);
      }
      if (!priced && !answers[i].candidates.empty())
        entry["log_probability"] = answers[i].candidates[0].log_probability;
      shown.push_back(std::move(entry));
    }
    return shown;
  }

  static ConfusionMatrix Confusion(const MetricInput& texts) {
    ConfusionMatrix confusion;
    for (size_t i = 0; i < texts.predictions.size(); ++i) {
      confusion.Add(texts.predictions[i], texts.references[i][0]);
    }
    return confusion;
  }

  static nlohmann::json ToJson(const ConfusionMatrix& confusion) {
    const std::vector<std::string> labels = confusion.Labels();
    nlohmann::json rows = nlohmann::json::array();
    for (const std::string& reference : labels) {
      nlohmann::json row = nlohmann::json::array();
      for (const std::string& predicted : labels)
        row.push_back(confusion.Count(predicted, reference));
      rows.push_back(row);
    }
    return {{"labels", labels}, {"counts", rows}};
  }

  // Whether the judge can look at one of the targets at least; else why not at the last of them.
  absl::Status CheckJudge(const t2t::Run& opened, const t2t::Run& other, const Task* only) const {
    absl::Status status;
    for (const Task& task : opened.tasks) {
      for (const TaskPort& port : task.targets) {
        if (only != nullptr && only != &task) continue;
        status = FindJudge(other.tasks, task, port.port.name).status();
        if (status.ok()) return status;
      }
    }
    return Annotate(status, absl::StrCat("--judge ", judge));
  }

  // What an earlier call measured of the same checkpoint in the same way: of the problems that this call leaves out.
  static nlohmann::json ProblemsMeasuredBefore(const std::string& path,
                                               const nlohmann::json& report) {
    const auto text = ReadFile(path);
    if (!text.ok()) return nlohmann::json::object();
    const nlohmann::json before = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!before.is_object()) return nlohmann::json::object();
    for (const char* key : {"split", "step", "checkpoint", "decode"}) {
      if (before.value(key, nlohmann::json()) != report[key]) return nlohmann::json::object();
    }
    return before.value("problems", nlohmann::json::object());
  }

  static void PrintCounts(const EvaluationResult& result) {
    const auto line = [](int64_t count, const char* what) {
      if (count > 0) printf("  %lld %s\n", static_cast<long long>(count), what);
    };
    line(result.left_out, "examples are longer than data.max_length and not among them");
    line(result.in_pieces,
         "of them are longer than data.max_length: decoded in pieces, and without a loss");
    line(result.broken, "examples are broken and not among them");
    for (const auto& [remark, count] : result.remarks)
      line(count, absl::StrCat("of the examples: the ", remark).c_str());
    line(result.without_loss,
         "of them have a target that training has not seen: wrong, and without a loss");
    line(result.out_of_reach,
         absl::StrCat("of them have ", kOutOfReach, ": without a loss").c_str());
  }

  static void PrintTarget(const std::string& place, const nlohmann::json& target) {
    printf("%s\n", place.c_str());
    printf("  %-28s %8.4f %s\n", "teacher-forced loss", target["tf_loss"].get<double>(),
           target["loss_unit"].get<std::string>().c_str());
    for (const auto& [key, value] : target.items()) {
      if (absl::StartsWith(key, "bits_per_") && !target["metrics"].contains(key))
        printf("  %-28s %8.4f\n", key.c_str(), value.get<double>());
    }
    for (const auto& [name, metric] : target["metrics"].items()) {
      const int digits = MetricDigits(name) + 1;
      printf("  %-28s %8.*f  [%.*f, %.*f]", name.c_str(), digits, metric["value"].get<double>(),
             digits, metric["low"].get<double>(), digits, metric["high"].get<double>());
      if (target.contains("baselines")) {
        for (const auto& [baseline, values] : target["baselines"].items()) {
          if (!values["metrics"].contains(name)) continue;
          if (!values["lead"].contains(name)) continue;
          const nlohmann::json& lead = values["lead"][name];
          printf("   %s %.*f (lead %.*f", baseline.c_str(), digits,
                 values["metrics"][name]["value"].get<double>(), digits,
                 lead["value"].get<double>());
          if (lead.contains("low")) {
            printf(" [%.*f, %.*f]", digits, lead["low"].get<double>(), digits,
                   lead["high"].get<double>());
          }
          if (lead.contains("p")) printf(", p %.3f", lead["p"].get<double>());
          printf(")");
        }
      }
      printf("\n");
    }
    for (const char* other : {"blind", "against"}) {
      const std::string key = absl::StrCat(other, "_loss");
      if (!target.contains(key)) continue;
      const nlohmann::json& loss = target[key];
      const auto value = [&](const char* of) { return loss[of].get<double>(); };
      printf("  %-28s %8.4f   %s %.4f (less by %.4f [%.4f, %.4f])\n",
             absl::StrCat("loss, ", loss["unit"].get<std::string>()).c_str(), value("own"), other,
             value("other"), value("less"), value("low"), value("high"));
    }
    if (!target.contains("judge")) return;
    const nlohmann::json& judge = target["judge"];
    for (const auto& [name, made] : judge["of_made"].items()) {
      const nlohmann::json& real = judge["of_true"][name];
      const int digits = MetricDigits(name) + 1;
      const auto value = [](const nlohmann::json& metric, const char* key) {
        return metric[key].get<double>();
      };
      printf("  %-28s %8.*f  [%.*f, %.*f]   true values %.*f [%.*f, %.*f]\n",
             absl::StrCat("judged ", judge["answer"].get<std::string>(), ", ", name).c_str(),
             digits, value(made, "value"), digits, value(made, "low"), digits, value(made, "high"),
             digits, value(real, "value"), digits, value(real, "low"), digits, value(real, "high"));
    }
    if (judge.contains("frechet")) {
      const nlohmann::json& frechet = judge["frechet"];
      printf("  %-28s %8.3f", "Frechet distance", frechet["made"].get<double>());
      if (frechet.contains("true"))
        printf("   other true values %.3f", frechet["true"].get<double>());
      printf("   (of %lld examples, %lld features of the judge)\n",
             static_cast<long long>(frechet["examples"].get<int64_t>()),
             static_cast<long long>(frechet["features"].get<int64_t>()));
    }
    if (judge.contains("retrieval")) {
      const nlohmann::json& retrieval = judge["retrieval"];
      const auto value = [&](const char* of, const char* key) {
        return retrieval[of][key].get<double>();
      };
      printf("  %-28s %8.2f  [%.2f, %.2f]   true values %.2f [%.2f, %.2f]   by chance %.2f\n",
             absl::StrFormat("retrieved, mean rank of %.4g", retrieval["candidates"].get<double>())
                 .c_str(),
             value("made", "value"), value("made", "low"), value("made", "high"),
             value("true", "value"), value("true", "low"), value("true", "high"),
             retrieval["by_chance"].get<double>());
    }
  }

  // Measures one problem of the run; its part of the record.
  absl::StatusOr<nlohmann::json> Measure(const t2t::Run& opened, const t2t::Run* other,
                                         const t2t::Run* rival, const Task& task,
                                         const nlohmann::json& provenance, EvaluateOptions options,
                                         Progress& progress) const {
    const std::string folder = DatasetFolder(data.data, task.spec.dataset_name());
    const auto made = MakeProblem(opened.problems, task.spec.name);
    if (made.ok()) {
      DataOptions missing = data;
      missing.skip_broken = options.skip_broken;
      // One of an older revision is made anew as it was.
      if (const auto before = ReadManifest(folder); before.ok()) {
        missing.seed = static_cast<int64_t>(before->seed);
        missing.limit = before->limit;
      }
      T2T_RETURN_IF_ERROR(PrepareProblem(**made, missing, /*any_complete=*/true).status());
    }
    T2T_ASSIGN_OR_RETURN(const DatasetManifest manifest, ReadManifest(folder));
    T2T_ASSIGN_OR_RETURN(const auto reader, SplitReader::Open(data.data, task.spec, split));
    options.progress = [&](int64_t done, int64_t total) {
      progress.Update(static_cast<double>(done) / static_cast<double>(total),
                      absl::StrCat(task.spec.name, ": decoding ", split));
    };
    T2T_ASSIGN_OR_RETURN(const EvaluationResult result,
                         EvaluateTask(*opened.model, task, *reader, options));
    std::map<std::string, EvaluationResult> beside;  // by name
    if (blind) {
      EvaluateOptions of_others = options;
      of_others.blind = true;
      of_others.only = result.numbers;
      T2T_ASSIGN_OR_RETURN(beside["blind"], EvaluateTask(*opened.model, task, *reader, of_others));
    }
    if (rival != nullptr) {
      EvaluateOptions of_rival = options;
      T2T_ASSIGN_OR_RETURN(of_rival.decode, rival->Decoding({}));
      of_rival.batching = rival->options.data.batching;
      T2T_ASSIGN_OR_RETURN(const Task* same, rival->FindTask(task.spec.name));
      T2T_ASSIGN_OR_RETURN(beside["against"],
                           EvaluateTask(*rival->model, *same, *reader, of_rival));
    }
    nlohmann::json entry = {{"summary", task.spec.summary},
                            {"run", provenance},
                            {"revision", result.revision},
                            {"examples", result.examples},
                            {"left_out", result.left_out},
                            {"in_pieces", result.in_pieces},
                            {"broken", result.broken},
                            {"without_loss", result.without_loss},
                            {"out_of_reach", result.out_of_reach},
                            {"remarks", result.remarks},
                            {"limit", limit},
                            {"licence", task.spec.provenance.licence},
                            {"source", task.spec.provenance.source},
                            {"published", task.spec.provenance.published},
                            {"data", DataRecord(manifest)},
                            {"inputs", nlohmann::json::object()}};
    for (const TaskPort& port : task.inputs) entry["inputs"][port.port.name] = port.port.modality;
    for (const TargetResult& target : result.targets) {
      const TaskPort& port = *task.Find(target.target);
      const MeasuredTarget measured = {task, port, *reader, result, target, options};
      nlohmann::json json = t2t::ToJson(target);
      json["modality"] = port.port.modality;
      json["primary"] = MetricNames(task, port)[0];
      if (!target.predictions.empty())
        json["decode"] = options.decode.Of(task.spec.name, port.port.name).Values();
      T2T_ASSIGN_OR_RETURN(json["examples"],
                           ShownExamples(opened, task, *reader, result, target, options));
      std::string confusion_table;
      const std::vector<std::string>& usual = port.way->metrics;
      if (!target.answers.predictions.empty() &&
          std::find(usual.begin(), usual.end(), "accuracy") != usual.end()) {
        const ConfusionMatrix confusion = Confusion(target.answers);
        confusion_table = confusion.Render();
        if (confusion.Labels().size() <= kConfusionClasses) json["confusion"] = ToJson(confusion);
      }
      if (baselines) {
        T2T_ASSIGN_OR_RETURN(const auto train, SplitReader::Open(data.data, task.spec, "train"));
        T2T_ASSIGN_OR_RETURN(json["baselines"],
                             BesideBaselines(measured, *train, baseline_limit, progress));
      }
      for (const auto& [name, of_other] : beside) {
        if (of_other.numbers != result.numbers) {
          Say(absl::StrCat(task.spec.name, ", ", name, ": of other examples than the ",
                           result.examples, " of this run, ", of_other.examples,
                           "; compared on those of both"));
        }
        for (const TargetResult& candidate : of_other.targets) {
          if (candidate.target != target.target) continue;
          const bool same_units =
              name != "against" ||
              SameUnits(port, *(*rival->FindTask(task.spec.name))->Find(target.target));
          if (!same_units) {
            Say(absl::StrCat(task.spec.name, ".", target.target,
                             ": the losses of the other run are of other units and not compared"));
          }
          T2T_RETURN_IF_ERROR(AddBeside(name, measured, of_other, candidate, same_units, &json));
          if (name == "against") {
            json["against"] = {{"run", against},
                               {"step", rival->state.value("step", int64_t{0})},
                               {"checkpoint", rival->checkpoint}};
          }
        }
      }
      if (other != nullptr) {
        const auto ports = FindJudge(other->tasks, task, target.target);
        if (ports.ok()) {
          // Other true values than those that were measured.
          auto train = split == "train"
                           ? absl::StatusOr<std::unique_ptr<SplitReader>>(absl::NotFoundError(""))
                           : SplitReader::Open(data.data, task.spec, "train");
          if (!train.ok() && !absl::IsNotFound(train.status())) return train.status();
          const SplitReader* others = train.ok() ? train->get() : nullptr;
          T2T_ASSIGN_OR_RETURN(
              json["judge"], Judged(*other, *ports, measured, {judge, retrieve, others}, progress));
        }
      }
      progress.Finish("");
      if (!print_json) {
        PrintTarget(absl::StrCat(task.spec.name, ".", target.target, " on ", result.examples,
                                 " examples of ", split),
                    json);
        PrintCounts(result);
        printf("%s", confusion_table.c_str());
      }
      entry["targets"][target.target] = std::move(json);
    }
    return entry;
  }

  // Which data were measured: two records can be compared where their hashes are equal.
  nlohmann::json DataRecord(const DatasetManifest& manifest) const {
    nlohmann::json record = {
        {"date", manifest.date}, {"broken", manifest.broken}, {"sources", nlohmann::json::array()}};
    record["sha256"] = manifest.FindSplit(split)->Fingerprint();
    for (const SourceRecord& source : manifest.sources) {
      record["sources"].push_back({{"name", source.name},
                                   {"origin", source.origin},
                                   {"sha256", source.sha256},
                                   {"date", source.date}});
    }
    return record;
  }

  absl::Status Run(const Library& library) const {
    OpenOptions open;
    open.checkpoint = checkpoint;
    open.device = device;
    open.threads = threads;
    T2T_ASSIGN_OR_RETURN(t2t::Run opened, OpenRun(library, run, open));
    T2T_RETURN_IF_ERROR(Annotate(AddMetrics(metrics, &opened.tasks), "--metrics"));
    EvaluateOptions options;
    T2T_ASSIGN_OR_RETURN(options.decode, opened.Decoding(sets));
    options.batching = opened.options.data.batching;
    options.limit = limit;
    options.skip_broken = opened.options.data.on_error == "skip";
    std::optional<t2t::Run> other, rival;
    for (const auto& [folder, flag, beside] :
         {std::tuple(&judge, "--judge", &other), std::tuple(&against, "--against", &rival)}) {
      if (folder->empty()) continue;
      OpenOptions of_other;
      of_other.device = device;
      of_other.threads = threads;
      auto opened_other = OpenRun(library, *folder, of_other);
      if (!opened_other.ok()) return Annotate(opened_other.status(), flag);
      beside->emplace(*std::move(opened_other));
    }
    if (rival.has_value()) {
      T2T_RETURN_IF_ERROR(Annotate(AddMetrics(metrics, &rival->tasks), "--against"));
      for (const Task& task : opened.tasks) {
        if (problem.empty() || task.spec.name == problem)
          T2T_RETURN_IF_ERROR(Annotate(rival->FindTask(task.spec.name).status(), "--against"));
      }
    }
    const Task* only = nullptr;
    if (!problem.empty()) {
      T2T_ASSIGN_OR_RETURN(only, opened.FindTask(problem));
    }
    for (const Task& task : opened.tasks) {
      if (only == nullptr || only == &task)
        T2T_RETURN_IF_ERROR(CheckDecoding(task, options.decode, "constraint"));
    }
    if (other.has_value()) T2T_RETURN_IF_ERROR(CheckJudge(opened, *other, only));
    options.decode_all = other.has_value();
    options.price_all = blind || rival.has_value();
    if (retrieve > 0 && !other.has_value())
      return absl::InvalidArgumentError(
          "--retrieve needs --judge, which tells the candidates apart");
    for (const Task& task : opened.tasks) {
      if (!blind || (only != nullptr && only != &task) || !task.inputs.empty()) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("--blind: ", task.spec.name, " has no input that another's could replace"));
    }
    std::vector<ProblemSpec> specs;
    for (const Task& task : opened.tasks) specs.push_back(task.spec);
    T2T_RETURN_IF_ERROR(data.CheckSources(specs));
    const std::string path = absl::StrCat(run, "/eval/", split, ".json");
    nlohmann::json provenance = RunProvenance();
    provenance["seed"] = opened.options.trainer.seed;
    nlohmann::json report = {{"split", split},
                             {"step", opened.state.value("step", int64_t{0})},
                             {"checkpoint", opened.checkpoint},
                             {"parameters", opened.model->parameter_count()},
                             {"seconds_trained", opened.state.value("seconds", 0.0)},
                             {"run", provenance},
                             {"decode", options.decode.usual.Values()}};
    for (const auto& [target, own] : options.decode.own) report["decode"][target] = own.Values();
    report["problems"] = ProblemsMeasuredBefore(path, report);
    const auto progress = NewProgress();
    std::vector<std::string> measured;
    for (const Task& task : opened.tasks) {
      if (only != nullptr && only != &task) continue;
      measured.push_back(task.spec.name);
      T2T_ASSIGN_OR_RETURN(
          report["problems"][task.spec.name],
          Measure(opened, other.has_value() ? &*other : nullptr,
                  rival.has_value() ? &*rival : nullptr, task, provenance, options, *progress));
    }
    const auto replace = nlohmann::json::error_handler_t::replace;
    T2T_RETURN_IF_ERROR(MakeFolders(run + "/eval"));
    T2T_RETURN_IF_ERROR(WriteFileAtomically(path, report.dump(1, ' ', false, replace) + "\n"));
    T2T_RETURN_IF_ERROR(AddMeasurementLines(run + "/eval/measurements.jsonl", report, measured));
    if (print_json) std::cout << report.dump(-1, ' ', false, replace) << std::endl;
    return absl::OkStatus();
  }
};

}  // namespace

Action AddEvalCommand(CLI::App& app, const Library& library) {
  auto eval = std::make_shared<EvalCommand>();
  CLI::App* command = app.add_subcommand(
      "eval", "measure a run on a split: metrics on decoded output, with 95 % intervals");
  command->add_option("run", eval->run, "folder of the run")->required();
  command->add_option("--split", eval->split, "train, valid or test")->capture_default_str();
  command->add_option("--problem", eval->problem, "only this problem");
  command
      ->add_option("--metrics", eval->metrics,
                   "further metrics of the targets that they fit, see `t2t list metrics`")
      ->delimiter(',');
  command->add_option(
      "--against", eval->against,
      "another run of the same problems: by how much this one is the better, with a "
      "paired test");
  command->add_flag(
      "--blind", eval->blind,
      "beside the same model given the inputs of other examples: what it says without "
      "looking");
  command->add_flag(
      "--baselines", eval->baselines,
      "beside answers that need no model: the most frequent one, the most frequent unit at "
      "each place of an aligned target, the nearest neighbour's, the input unchanged; of what is "
      "priced and not decoded: xz for texts, each subpixel or sample by itself for pictures and "
      "sounds, and PNG for pictures");
  command
      ->add_option("--baseline-limit", eval->baseline_limit,
                   "examples, drawn by number, that the nearest neighbour is asked for")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--eval-limit", eval->limit,
                   "examples that are looked at, drawn from the whole split; 0 = all")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--set", eval->sets,
                   "decoding: method=beam, beam=4, utility=chrf, ... (see decode)")
      ->allow_extra_args(false);
  command->add_option("--judge", eval->judge,
                      "folder of a run that is to say of what this one makes what it is: a "
                      "classifier of pictures, a recogniser of speech; beside what it says of the "
                      "true ones");
  command
      ->add_option(
          "--retrieve", eval->retrieve,
          "with --judge: the mean rank of what was made for an example among so many, the others "
          "made for other examples, by how likely the judge takes the example's own answer to be")
      ->check(CLI::Range(2, 1000));
  command->add_option("--checkpoint", eval->checkpoint,
                      "best, last or a step (default: best where there is one)");
  command->add_option("--device", eval->device, "auto, cpu or cuda")->capture_default_str();
  command->add_option("--threads", eval->threads, "0 = all cores")->check(CLI::NonNegativeNumber);
  command->add_flag("--json", eval->print_json,
                    "the whole record on stdout (it is also kept in RUN/eval/SPLIT.json; a line "
                    "for each target, of this call and all "
                    "before, in RUN/eval/measurements.jsonl)");
  eval->data.AddTo(*command, DataOptions::Use::kCompletes);
  return [eval, &library] { return eval->Run(library); };
}

}  // namespace t2t
