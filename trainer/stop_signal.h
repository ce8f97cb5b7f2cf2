// SIGTERM and SIGINT as a flag that the training loop looks at between steps. A second signal ends the process
// at once.
#ifndef T2T_TRAINER_STOP_SIGNAL_H_
#define T2T_TRAINER_STOP_SIGNAL_H_

namespace t2t {

// Installs the handlers; restores the earlier ones when it is destroyed. One at a time.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  bool requested() const;
};

}  // namespace t2t

#endif  // T2T_TRAINER_STOP_SIGNAL_H_
