#include "browser/switches.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "browser/variable.h"

namespace browser {
namespace {

constexpr std::string_view kDisabledFeatures =
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,CalculateNativeWinOcclusion,"
    "InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater,AutofillServerCommunication,"
    "PrivacySandboxSettings4,RenderDocument";
constexpr std::string_view kDefaults[] = {
    kDisabledFeatures,
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-sync",
    "--metrics-recording-only",
    "--disable-default-apps",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-ipc-flooding-protection",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-fieldtrials=*BackgroundTracing/default/",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--disable-domain-reliability",
    "--propagate-iph-for-testing",
    "--disable-dev-shm-usage",
    "--site-per-process",
    "--disable-breakpad",  // its crash handler would outlive the browser
    "--disable-crash-reporter",
};

void add_option_flags(std::vector<std::string>& out, const engine::LaunchOptions& o, const Settings& settings) {
  if (o.headless.value_or(settings.headless)) out.push_back("--headless=new");
  if (o.devtools) out.push_back("--auto-open-devtools-for-tabs");
  if (o.locale) {
    out.push_back("--lang=" + *o.locale);
    out.push_back("--accept-lang=" + *o.locale);
  }
  const engine::Viewport viewport = o.viewport.value_or(engine::Viewport{});
  out.push_back(fmt::format("--window-size={},{}", viewport.width, viewport.height + 87));  // 87: the tab strip and bar
  if (o.device_scale_factor) out.push_back(fmt::format("--force-device-scale-factor={}", *o.device_scale_factor));
  if (o.has_touch) out.push_back("--touch-events=enabled");
  if (o.ignore_https_errors) out.push_back("--ignore-certificate-errors");
  if (o.proxy) {
    out.push_back("--proxy-server=" + o.proxy->server);
    if (!o.proxy->bypass.empty()) out.push_back("--proxy-bypass-list=" + o.proxy->bypass);
  }
}

}  // namespace

bool uses_sandbox(const engine::LaunchOptions& options, const Settings& settings) {
  if (std::ranges::find(options.args, "--no-sandbox") != options.args.end()) return false;
  return options.chromium_sandbox.value_or(settings.sandbox == Sandbox::on);
}

std::vector<std::string> command_line(const engine::LaunchOptions& options, const Settings& settings,
                                      const std::string& profile) {
  std::vector<std::string> out;
  if (!options.ignore_default_args.all) out.assign(std::begin(kDefaults), std::end(kDefaults));
  const auto& exactly = options.ignore_default_args.exactly;
  std::erase_if(out, [&](const std::string& flag) { return std::ranges::find(exactly, flag) != exactly.end(); });
  out.push_back(fmt::format("--remote-debugging-port={}", options.port.value_or(0)));
  out.push_back("--user-data-dir=" + profile);
  if (!uses_sandbox(options, settings)) out.push_back("--no-sandbox");
  add_option_flags(out, options, settings);
  out.insert(out.end(), options.args.begin(), options.args.end());
  out.push_back("about:blank");
  return out;
}

base::Result<std::string> find_executable(const engine::LaunchOptions& options,
                                          const std::vector<std::string>& environment) {
  if (options.executable_path) return *options.executable_path;
  for (const std::string_view name : {"CHROME_PATH", "LIGHTHOUSE_CHROMIUM_PATH"})
    if (std::string path = variable(environment, name); !path.empty()) return path;
  const std::string path_list = variable(environment, "PATH");
  for (const std::string_view name : {"google-chrome-stable", "google-chrome", "chromium-browser", "chromium"})
    for (const std::string_view folder : base::split(path_list, ':')) {
      std::string candidate = fmt::format("{}/{}", folder, name);
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  return base::fail(base::Kind::browser,
                    "no browser found: set CHROME_PATH or launchOptions.executablePath, or install chromium "
                    "(looked for google-chrome-stable, google-chrome, chromium-browser and chromium on PATH)");
}

}  // namespace browser
