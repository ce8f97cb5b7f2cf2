#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "problems/catalogue/generated_pairs.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/report/matrix_cell.h"
#include "tensor2tensor/report/matrix_page.h"

namespace t2t {
namespace {

constexpr char kProgram[] = "/proc/self/exe";

// Small, and the same for every pair.
const std::vector<std::string>& Settings() {
  static const auto& settings = *new std::vector<std::string>{
      "model.d_model=64",
      "model.heads=4",
      "model.ff=128",
      "model.encoder_layers=2",
      "model.decoder_layers=2",
      "model.dropout=0.1",
      "optimizer={name: muon, weight_decay: 0.1}",
      "schedule={kind: cosine, learning_rate: 0.005, warmup_steps: 50, final_fraction: 0.02}",
      "data.tokens_per_batch=0",
      "data.examples_per_batch=32",
      "validation.limit=50"};
  return settings;
}

struct MatrixCommand {
  std::string out, page, data = "data";
  std::vector<std::string> wanted;  // "text-image"
  std::vector<std::string> real;    // runs on real data
  int64_t steps = 500, jobs = 2;

  using Pair = std::pair<std::string, std::string>;

  absl::StatusOr<std::vector<Pair>> Chosen() const {
    std::vector<Pair> all;
    std::vector<std::string> names;
    for (const PairRule& to : PairRules()) {
      for (const PairRule& from : PairRules()) {
        all.emplace_back(from.modality, to.modality);
        names.push_back(absl::StrCat(from.modality, "-", to.modality));
      }
    }
    if (wanted.empty()) return all;
    std::vector<Pair> chosen;
    for (const std::string& name : wanted) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--cells: '", name, "' is no pair of FROM-TO", Suggestion(name, names)));
      }
      const Pair& pair = all[static_cast<size_t>(found - names.begin())];
      if (std::find(chosen.begin(), chosen.end(), pair) == chosen.end()) chosen.push_back(pair);
    }
    return chosen;
  }

  static std::string ProblemOf(const Pair& pair) {
    return absl::StrCat("pairs:from=", pair.first, ",to=", pair.second);
  }
  std::string FolderOf(const Pair& pair) const {
    return absl::StrCat(out, "/", pair.first, "-", pair.second);
  }

  // Trains the pair's model, or goes on with it, and measures it; what the record says of its target.
  absl::StatusOr<nlohmann::json> Measured(const Pair& pair) const {
    const std::string folder = FolderOf(pair);
    std::vector<std::string> train = {kProgram,    "train",
                                      "--problem", ProblemOf(pair),
                                      "--model",   "transformer_tiny",
                                      "--steps",   absl::StrCat(steps),
                                      "--out",     folder,
                                      "--data",    data,
                                      "--set",     "trainer.threads=1"};
    for (const std::string& setting : Settings()) {
      train.emplace_back("--set");
      train.push_back(setting);
    }
    T2T_RETURN_IF_ERROR(RunProcess(train, ".").status());
    T2T_RETURN_IF_ERROR(RunProcess({kProgram, "eval", folder, "--split", "test", "--blind",
                                    "--threads", "1", "--data", data},
                                   ".")
                            .status());
    const std::string path = folder + "/eval/test.json";
    T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    const nlohmann::json record = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    const nlohmann::json::json_pointer place(
        absl::StrCat("/problems/", ProblemOf(pair), "/targets/wanted"));
    if (!record.contains(place) || !record.at(place).contains("blind_loss"))
      return absl::DataLossError(absl::StrCat(path, ": is no record of ", ProblemOf(pair)));
    return record.at(place);
  }

  absl::StatusOr<MatrixCell> CellOf(const Pair& pair, const nlohmann::json& target) const {
    auto cell = ReadMatrixCell(target);
    if (!cell.ok()) return Annotate(cell.status(), absl::StrCat(FolderOf(pair), "/eval/test.json"));
    cell->from = pair.first;
    cell->to = pair.second;
    return cell;
  }

  // What the runs on real data have measured.
  absl::StatusOr<std::vector<MatrixCell>> RealCells() const {
    std::vector<MatrixCell> cells;
    for (const std::string& run : real) {
      const std::string path = run + "/eval/test.json";
      const auto text = ReadFile(path);
      auto measured =
          text.ok()
              ? ReadMatrixCells(nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false))
              : absl::StatusOr<std::vector<MatrixCell>>(text.status());
      if (!measured.ok()) {
        return Annotate(measured.status(),
                        absl::StrCat("--real ", run, ": ", path, ", which `t2t eval ", run,
                                     " --split test --blind` makes"));
      }
      for (MatrixCell& cell : *measured)
        cell.run = std::filesystem::path(run).lexically_normal().filename().string();
      std::move(measured->begin(), measured->end(), std::back_inserter(cells));
    }
    return cells;
  }

  absl::Status Run() const {
    T2T_ASSIGN_OR_RETURN(const std::vector<Pair> pairs, Chosen());
    if (!real.empty() && page.empty())
      return absl::InvalidArgumentError("--real needs --page, where these rows stand");
    T2T_ASSIGN_OR_RETURN(const std::vector<MatrixCell> real_cells, RealCells());
    T2T_RETURN_IF_ERROR(MakeFolders(out));
    const auto progress = NewProgress();
    std::mutex mutex;
    std::atomic<size_t> next = 0;
    size_t done = 0;
    absl::Status status;
    std::vector<MatrixCell> cells(pairs.size());
    const auto work = [&] {
      for (size_t i = next++; i < pairs.size(); i = next++) {
        const auto target = Measured(pairs[i]);
        absl::StatusOr<MatrixCell> cell =
            target.ok() ? CellOf(pairs[i], *target) : absl::StatusOr<MatrixCell>(target.status());
        const std::scoped_lock lock(mutex);
        if (!cell.ok()) {
          status.Update(Annotate(cell.status(), ProblemOf(pairs[i])));
          next = pairs.size();  // what has begun comes to its end
          continue;
        }
        cells[i] = *std::move(cell);
        progress->Update(static_cast<double>(++done) / static_cast<double>(pairs.size()),
                         absl::StrCat(pairs[i].first, " to ", pairs[i].second));
      }
    };
    std::vector<std::thread> workers;
    for (int64_t i = 0; i < jobs; ++i) workers.emplace_back(work);
    for (std::thread& worker : workers) worker.join();
    progress->Finish("");
    T2T_RETURN_IF_ERROR(status);
    int64_t passed = 0;
    for (const MatrixCell& cell : cells) {
      passed += cell.passes();
      printf(
          "%-8s %-8s %s  loss %8.4f  blind %8.4f  (less by %.4f [%.4f, %.4f], %s)  %s %.*f  "
          "blind %.*f\n",
          cell.from.c_str(), cell.to.c_str(), cell.passes() ? "pass" : "FAIL", cell.own, cell.blind,
          cell.less, cell.low, cell.high, cell.unit.c_str(), cell.metric.c_str(),
          MetricDigits(cell.metric), cell.value, MetricDigits(cell.metric), cell.blind_value);
    }
    printf("%lld of %zu pairs pass\n", static_cast<long long>(passed), cells.size());
    if (!page.empty()) T2T_RETURN_IF_ERROR(WritePage(cells, real_cells));
    if (passed == static_cast<int64_t>(cells.size())) return absl::OkStatus();
    return absl::AbortedError(absl::StrCat(
        static_cast<int64_t>(cells.size()) - passed, " pairs do not pass: their loss is not ",
        100 * kLeastGain, " % below that of the same model with the input of another example"));
  }

  absl::Status WritePage(const std::vector<MatrixCell>& cells,
                         const std::vector<MatrixCell>& real_cells) const {
    std::vector<std::pair<std::string, std::string>> rules;
    for (const PairRule& rule : PairRules()) rules.emplace_back(rule.modality, rule.rule);
    const std::filesystem::path path(page);
    const std::string how = absl::StrCat(
        "Made by `t2t matrix --out RUNS --steps ", steps,
        wanted.empty() ? "" : absl::StrCat(" --cells ", absl::StrJoin(wanted, ",")),
        real.empty() ? "" : absl::StrCat(" --real ", absl::StrJoin(real, ",")), " --page ",
        path.filename().string(), "`: ", steps, " steps of 32 examples each, ",
        absl::StrJoin(Settings(), ", "), ". One seed.");
    T2T_ASSIGN_OR_RETURN(const MatrixPageFiles files,
                         MatrixPage(rules, cells, real_cells, how, path.stem().string()));
    const std::string folder = path.parent_path().string();
    if (!folder.empty()) T2T_RETURN_IF_ERROR(MakeFolders(folder));
    for (const auto& [name, bytes] : files.files) {
      const std::filesystem::path file = path.parent_path() / name;
      T2T_RETURN_IF_ERROR(MakeFolders(file.parent_path().string()));
      T2T_RETURN_IF_ERROR(WriteFileAtomically(file.string(), bytes));
    }
    return WriteFileAtomically(page, files.markdown);
  }
};

}  // namespace

Action AddMatrixCommand(CLI::App& app, const Library&) {
  auto matrix = std::make_shared<MatrixCommand>();
  CLI::App* command = app.add_subcommand(
      "matrix",
      "train a small model of every pair of modalities and measure it beside itself blind");
  command->add_option("--out", matrix->out, "folder of the runs, one for each pair")->required();
  command->add_option("--cells", matrix->wanted, "only these pairs: text-image,dna-tags")
      ->delimiter(',');
  command->add_option("--steps", matrix->steps, "training steps of each")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--jobs", matrix->jobs, "pairs at a time, one thread each")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--data", matrix->data, "folder of the data sets")->capture_default_str();
  command->add_option("--page", matrix->page,
                      "a page of it, such as docs/matrix.md, with pictures and sounds beside it");
  command
      ->add_option("--real", matrix->real,
                   "runs on real data to show beside, each measured by `t2t eval RUN --split test "
                   "--blind`")
      ->delimiter(',');
  return [matrix] { return matrix->Run(); };
}

}  // namespace t2t
