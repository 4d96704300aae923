import assert from "node:assert/strict";
import { findContainerLimit } from "./container_limit.ts";

function find(files: Record<string, string>) {
  return findContainerLimit((path) => files[path] ?? null);
}

Deno.test("findContainerLimit() reads cgroup v2 through the process's path", () => {
  assert.deepEqual(
    find({
      "/proc/self/cgroup": "0::/system.slice/job.service\n",
      "/sys/fs/cgroup/system.slice/job.service/memory.max": "536870912\n",
      "/sys/fs/cgroup/memory.max": "max\n",
    }),
    { bytes: 536870912, path: "/sys/fs/cgroup/system.slice/job.service/memory.max" },
  );
});

Deno.test("findContainerLimit() takes a parent's limit where it is smaller", () => {
  assert.deepEqual(
    find({
      "/proc/self/cgroup": "0::/pods/one/app\n",
      "/sys/fs/cgroup/pods/one/app/memory.max": "4000\n",
      "/sys/fs/cgroup/pods/one/memory.max": "3000\n",
      "/sys/fs/cgroup/pods/memory.max": "max\n",
    }),
    { bytes: 3000, path: "/sys/fs/cgroup/pods/one/memory.max" },
  );
});

Deno.test("findContainerLimit() reads cgroup v1 among other controllers", () => {
  assert.deepEqual(
    find({
      "/proc/self/cgroup": "12:cpu,cpuacct:/a\n5:hugetlb,memory:/docker/abc\n1:name=systemd:/b\n0::/\n",
      "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "1073741824\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    }),
    { bytes: 1073741824, path: "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes" },
  );
});

Deno.test("findContainerLimit() falls to the mount's root where the path is the host's", () => {
  assert.deepEqual(
    find({
      "/proc/self/cgroup": "4:memory:/docker/host-only\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000\n",
    }),
    { bytes: 2000000, path: "/sys/fs/cgroup/memory/memory.limit_in_bytes" },
  );
  assert.equal(
    find({ "/proc/self/cgroup": "0::/../../other\n", "/sys/fs/cgroup/memory.max": "7\n" })?.bytes,
    7,
  );
});

Deno.test("findContainerLimit() ignores max, huge values, nonsense and an empty tree", () => {
  assert.equal(find({}), null);
  assert.equal(find({ "/proc/self/cgroup": "" }), null);
  assert.equal(find({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n" }), null);
  assert.equal(find({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "\n" }), null);
  assert.equal(find({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "0\n" }), null);
  assert.equal(
    find({
      "/proc/self/cgroup": "4:memory:/a:b\n",
      "/sys/fs/cgroup/memory/a:b/memory.limit_in_bytes": "9223372036854771712\n",
    }),
    null,
  );
});

Deno.test("readSystemFile() reads the same with every permission and with the usual set", {
  ignore: Deno.build.os !== "linux",
}, () => {
  const module = JSON.stringify(new URL("./container_limit.ts", import.meta.url).href);
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(
      file,
      `import { containerLimit, readSystemFile } from ${module};
       console.log(readSystemFile("/proc/self/cgroup"), readSystemFile("/proc/self/nothing"), containerLimit());`,
    );
    const [all, usual] = [["-A"], ["--no-prompt", "--allow-sys=systemMemoryInfo", "--allow-run=cat"]].map(
      (flags) => {
        const args = ["run", ...flags, file];
        return new TextDecoder().decode(
          new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).outputSync().stdout,
        );
      },
    );
    assert.match(all ?? "", /^\d+:[^:]*:\//);
    assert.equal(usual, all);
  } finally {
    Deno.removeSync(file);
  }
});
