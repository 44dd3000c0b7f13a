#include "jobs/jobs.h"

#include "native/operation.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct SubmitJob {
  jobs::Jobs& jobs;

  using Input = jobs::Recipe;
  using Output = Operation;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/jobs",
      .name = "submit_job",
      .tag = "jobs",
      .summary = "Run a recipe as a job; the answer is an operation to wait for",
      .example =
          R"({"department": "risk", "name": "default-risk", "trainer": "xgboost", "inputs": [{"dataset": "risk/training-set"}],
              "parameters": {"label": "defaulted"}, "outputs": [{"target": "risk/default-risk"}]})",
      .status = 202};
  Output run(Call const& call, Input const& input) { return Operation(jobs.submit(call, input)); }
};

struct ListJobs {
  jobs::Jobs& jobs;

  struct Input : Paging {
    std::string department, submitted_by;
    std::optional<jobs::JobState> state;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("department", &Input::department, "whose work"),
                                       optional("submitted_by", &Input::submitted_by, "by whom"),
                                       optional("state", &Input::state, "such as running")});
    }
  };
  using Output = Page<jobs::Job>;
  static constexpr Description description{
      .method = "GET", .path = "/v1/jobs", .name = "list_jobs", .tag = "jobs", .summary = "List jobs, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(
        jobs.list(
            call,
            {.department = input.department, .submitted_by = input.submitted_by, .state = input.state, .limit = 1000}),
        input);
  }
};

struct ByJob {
  std::string job;
  static constexpr auto fields() { return std::tuple{required("job", &ByJob::job, "its id")}; }
};

struct GetJob {
  jobs::Jobs& jobs;

  using Input = ByJob;
  using Output = jobs::Job;
  static constexpr Description description{
      .method = "GET", .path = "/v1/jobs/{job}", .name = "get_job", .tag = "jobs", .summary = "Read a job"};
  Output run(Call const& call, Input const& input) { return jobs.get(call, jobs::JobId(input.job)); }
};

struct CancelJob {
  jobs::Jobs& jobs;

  using Input = ByJob;
  using Output = Operation;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/jobs/{job}:cancel",
                                           .name = "cancel_job",
                                           .tag = "jobs",
                                           .summary = "Ask a job to end",
                                           .status = 202};
  Output run(Call const& call, Input const& input) { return Operation(jobs.cancel(call, jobs::JobId(input.job))); }
};

struct ReadLog {
  jobs::Jobs& jobs;

  struct Input {
    std::string job;
    std::int64_t offset = 0;
    bool follow = false;
    static constexpr auto fields() {
      return std::tuple{required("job", &Input::job, "its id"), optional("offset", &Input::offset, "bytes to skip"),
                        optional("follow", &Input::follow, "stay until the job is over")};
    }
  };
  using Output = Stream;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/jobs/{job}/log",
                                           .name = "read_job_log",
                                           .tag = "jobs",
                                           .summary = "Read what a job wrote, once or while it runs",
                                           .timeout = std::chrono::seconds(0)};
  Output run(Call const& call, Input const& input) {
    jobs::JobId const id(input.job);
    (void)jobs.get(call, id);  // refuses before the answer has begun
    return {.content_type = "text/plain; charset=utf-8", .write = [this, call, id, input](http::BodySink& sink) {
              auto offset = input.offset;
              for (;;) {
                call.proceed();
                auto const part =
                    jobs.read_log(call, id, offset, 65'536, std::chrono::milliseconds(input.follow ? 1000 : 0));
                if (!part.bytes.empty()) sink.write(part.bytes);
                bool const nothing_new = part.next_offset == offset;
                offset = part.next_offset;
                if (part.complete || (nothing_new && !input.follow)) return;
              }
            }};
  }
};

}  // namespace

void add_jobs(Table& table, jobs::Jobs& jobs) {
  table.add(SubmitJob{jobs});
  table.add(ListJobs{jobs});
  table.add(GetJob{jobs});
  table.add(CancelJob{jobs});
  table.add(ReadLog{jobs});
}

}  // namespace lepton::native
