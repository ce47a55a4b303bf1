// Generated from rules/ by `npm run generate`; do not edit.

/** What keys are used for, as far as keysweep tells uses apart. */
export const USE_CASES = ["person","root-account","shell-history","ci-github","ci-gitlab","ci-circleci","ci-bitbucket","ci-buildkite","ci-azure","ci-jenkins","ci-travis","ci-other","hcp-terraform","infrastructure-code","ec2-or-server","container","lambda","kubernetes","on-premises","application-configuration","backup-tool","log-shipper","data-warehouse","saas","s3-upload","ses-smtp","notebook","coding-agent","api-client","state-file","source-code","bedrock","codecommit","appsync","marketplace","temporary","unknown"] as const;

export type UseCaseName = (typeof USE_CASES)[number];

/** One way to tell a use: each condition that is not null must hold. */
export interface UseCaseRule {
  readonly useCase: UseCaseName;
  readonly rules: readonly string[] | null;
  readonly temporary: boolean | null;
  readonly kinds: readonly ("file" | "process" | "environment" | "stdin")[] | null;
  /** Of a path with forward slashes. */
  readonly path: RegExp | null;
  readonly text: RegExp | null;
}

/** In order: the first that holds decides. A function, so that nothing is compiled before the first finding. */
export function useCaseRules(): readonly UseCaseRule[] {
  return [
  { useCase: "ses-smtp", rules: ["ses-smtp-password"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "bedrock", rules: ["bedrock-api-key"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "codecommit", rules: ["codecommit-credential"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "marketplace", rules: ["mws-auth-token"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "appsync", rules: ["appsync-api-key"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "temporary", rules: ["bedrock-api-key-short-term"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "temporary", rules: null, temporary: true, kinds: null, path: null, text: null },
  { useCase: "s3-upload", rules: ["presigned-url-static-key"], temporary: null, kinds: null, path: null, text: null },
  { useCase: "ses-smtp", rules: null, temporary: null, kinds: null, path: null, text: /\b(?:smtp|mail|email)[a-z0-9_.-]{0,20}user(?:_?name)?["']?\s{0,4}[:=]\s{0,4}["']?AKIA/im },
  { useCase: "ci-github", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bGITHUB_ACTIONS=true/im },
  { useCase: "ci-gitlab", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bGITLAB_CI=/im },
  { useCase: "ci-circleci", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bCIRCLECI=/im },
  { useCase: "ci-bitbucket", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bBITBUCKET_BUILD_NUMBER=/im },
  { useCase: "ci-buildkite", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bBUILDKITE=/im },
  { useCase: "ci-azure", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bTF_BUILD=/im },
  { useCase: "ci-jenkins", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bJENKINS_(?:URL|HOME)=/im },
  { useCase: "ci-travis", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bTRAVIS=/im },
  { useCase: "hcp-terraform", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bTFC_(?:RUN_ID|WORKSPACE_NAME)=/im },
  { useCase: "coding-agent", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\b(?:CLAUDECODE|CURSOR_AGENT|CODEX_SANDBOX|GEMINI_CLI)=/im },
  { useCase: "lambda", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bAWS_LAMBDA_FUNCTION_NAME=/im },
  { useCase: "kubernetes", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bKUBERNETES_SERVICE_HOST=/im },
  { useCase: "container", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bECS_CONTAINER_METADATA_URI|\bcontainer=(?:docker|podman|oci)/im },
  { useCase: "ci-other", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\bCI=(?:true|1)\b|\bCODEBUILD_BUILD_ID=/im },
  { useCase: "person", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\b(?:SSH_TTY|TERM_PROGRAM|WINDOWID|VTE_VERSION|WT_SESSION|TMUX)=/im },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: ["process","environment"], path: null, text: /\b(?:INVOCATION_ID|JOURNAL_STREAM|SUPERVISOR_ENABLED|pm_id)=/im },
  { useCase: "person", rules: null, temporary: null, kinds: ["environment"], path: null, text: null },
  { useCase: "hcp-terraform", rules: null, temporary: null, kinds: null, path: /(?:^|\/)[^/]*\.(?:tf|tofu|hcl|tfvars)$/i, text: /app\.terraform\.io|\bTFC_[A-Z]|^\s{0,16}cloud\s?\{|backend\s"remote"|\btfe_variable\b/im },
  { useCase: "root-account", rules: null, temporary: null, kinds: null, path: /(?:^|\/)rootkey[^/]*\.csv$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:accessKeys|[^/]*_accessKeys|credentials|new_user_credentials|[^/]*_credentials)[^/]*\.csv$/i, text: null },
  { useCase: "temporary", rules: null, temporary: null, kinds: null, path: /(?:^|\/)\.aws\/(?:cli|boto|sso|login)\/cache\/.+$/i, text: null },
  { useCase: "shell-history", rules: null, temporary: null, kinds: null, path: /(?:^|\/)\.aws\/cli\/history\/history\.db$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:Windows\/(?:System32|SysWOW64)\/config\/systemprofile\/\.aws\/[^/]*|Windows\/ServiceProfiles\/[^/]*\/\.aws\/[^/]*)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:var\/lib\/[^/]*\/\.aws\/[^/]*|srv\/[^/]*\/\.aws\/[^/]*|var\/www\/\.aws\/[^/]*)$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.aws\/credentials[^/]*|\.aws\/config[^/]*|\.aws\/[^/]*|mnt\/c\/Users\/[^/]*\/\.aws\/[^/]*|root\/\.aws\/[^/]*)$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.awssecret|\.s3curl|\.elasticbeanstalk\/aws_credential_file|\.fog|\.steampipe\/config\/aws\.spc|\.(?:mc|mcli)\/config\.json|mc\/config\.json)$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.boto|etc\/boto\.cfg)$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)AppData\/Local\/AWSToolkit\/RegisteredAccounts\.json$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.duck|WinSCP\.ini|(?:sitemanager|recentservers|filezilla)\.xml|Library\/Application Support\/Transmit\/.+)$/i, text: null },
  { useCase: "shell-history", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.(?:bash|zsh|sh|ksh|python|node_repl|irb|pry|psql|mysql|sqlite|rediscli|duckdb)_history|\.[^/]*_history|\.histfile|\.local\/share\/fish\/fish_history|\.(?:bash|zsh)_sessions\/[^/]*|\.local\/share\/atuin\/history\.db[^/]*|\.ipython\/(?:[^/]+\/)*history\.sqlite|(?:\.lesshst|\.viminfo|\.wget-hsts)|\.vim\/(?:[^/]+\/)*undo[^/]*\/[^/]*|PSReadLine\/[^/]*_history\.txt|PowerShell_transcript[^/]*\.txt|[^/]*\.sw(?:o|p))$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|cshrc|tcshrc)|\.config\/fish\/.+|\.config\/nushell\/[^/]*\.nu|Microsoft\.PowerShell_profile\.ps1|\.pam_environment|\.config\/environment\.d\/[^/]*\.conf)$/i, text: null },
  { useCase: "coding-agent", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.claude\.json[^/]*|\.claude\/.+|(?:\.mcp|mcp|mcp_config|mcp_settings|cline_mcp_settings|claude_desktop_config)\.json|\.(?:claude|cursor|codex|gemini|windsurf|continue|aider[^/]*|cline|roo|opencode|amazonq|kiro)\/.+|\.aider[^/]*|\.config\/(?:opencode|goose|github-copilot)\/.+|\.aws\/amazonq\/.+|(?:saoudrizwan\.claude-dev|rooveterinaryinc\.roo-cline)\/.+)$/i, text: null },
  { useCase: "api-client", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.postman_(?:collection|environment|globals)\.json|[^/]*insomnia[^/]*\.(?:json|yaml|yml|db)|\.config\/Insomnia\/.+|Insomnia\/.+|[^/]*\.bru|[^/]*\.(?:http|rest)|http-client[^/]*\.env\.json)$/i, text: null },
  { useCase: "notebook", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.ipynb|\.ipynb_checkpoints\/[^/]*|[^/]*\.(?:Rmd|qmd|Rhistory)|\.(?:Renviron|Rprofile))$/i, text: null },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.idea\/.+|[^/]*\.iml|\.run\/[^/]*\.run\.xml|\.vscode\/(?:launch|settings|tasks)\.json|[^/]*\.code-workspace|data-sources[^/]*\.json)$/i, text: null },
  { useCase: "ci-github", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.github\/workflows\/[^/]*\.(?:yml|yaml)|\.github\/actions\/.+|action\.(?:yml|yaml)|\.secrets|\.actrc|actions-runner\/.+)$/i, text: null },
  { useCase: "ci-gitlab", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.gitlab-ci[^/]*\.(?:yml|yaml)|\.gitlab\/ci\/.+|etc\/gitlab-runner\/config\.toml|\.gitlab-runner\/config\.toml)$/i, text: null },
  { useCase: "ci-circleci", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.circleci\/[^/]*\.(?:yml|yaml)|circle\.yml)$/i, text: null },
  { useCase: "ci-bitbucket", rules: null, temporary: null, kinds: null, path: /(?:^|\/)bitbucket-pipelines[^/]*\.(?:yml|yaml)$/i, text: null },
  { useCase: "ci-buildkite", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.buildkite\/.+|buildkite\.(?:yml|yaml)|etc\/buildkite-agent\/.+)$/i, text: null },
  { useCase: "ci-azure", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*azure-pipelines[^/]*\.(?:yml|yaml)|\.azure-pipelines\/.+|\.azuredevops\/.+)$/i, text: null },
  { useCase: "ci-jenkins", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:Jenkinsfile[^/]*|[^/]*\.jenkinsfile|credentials\.xml|jobs\/[^/]*\/config\.xml|var\/lib\/jenkins\/(?:credentials\.xml|jobs\/.+)|var\/jenkins_home\/(?:credentials\.xml|jobs\/.+)|jenkins[^/]*\.(?:yml|yaml))$/i, text: null },
  { useCase: "ci-travis", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.travis\.(?:yml|yaml)|\.travis\/.+)$/i, text: null },
  { useCase: "ci-other", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.(?:drone|woodpecker|cirrus|appveyor)\.(?:yml|yaml)|(?:appveyor|wercker|buildspec[^/]*|cloudbuild|codemagic|bitrise)\.(?:yml|yaml)|codeship-[^/]*|\.semaphore\/.+|\.woodpecker\/.+|\.teamcity\/.+|[^/]*\.buildspec\.(?:yml|yaml))$/i, text: null },
  { useCase: "state-file", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.tfstate|[^/]*\.tfstate\.(?:backup|[^/]*\.backup)|[^/]*\.tfstate[^/]*|\.terraform\/.+|[^/]*\.tfplan|\.pulumi\/stacks\/.+)$/i, text: null },
  { useCase: "infrastructure-code", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.(?:tf|tofu)|[^/]*\.tf\.json|[^/]*\.tfvars|[^/]*\.tfvars\.json|[^/]*\.tfbackend|backend[^/]*\.hcl|terragrunt[^/]*\.hcl|\.terraformrc|Pulumi[^/]*\.(?:yml|yaml)|cdk[^/]*\.json|(?:group_vars|host_vars)\/.+|(?:vars|defaults)\/[^/]*\.(?:yml|yaml)|[^/]*playbook[^/]*\.(?:yml|yaml)|[^/]*\.pkr\.hcl|[^/]*\.(?:pkrvars\.hcl|pkr\.json)|knife\.rb|\.chef\/.+|\.kitchen[^/]*\.(?:yml|yaml)|Vagrantfile|hiera[^/]*\/(?:[^/]+\/)*[^/]*\.(?:yml|yaml)|etc\/salt\/.+)$/i, text: null },
  { useCase: "lambda", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:serverless[^/]*\.(?:yml|yaml|ts|json|js)|\.serverlessrc|samconfig\.(?:toml|yaml|yml)|\.aws-sam\/.+|zappa_settings\.[^/]*|\.chalice\/.+|claudia\.json)$/i, text: null },
  { useCase: "kubernetes", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.kube\/config[^/]*|etc\/kubernetes\/.+|etc\/rancher\/(?:[^/]+\/)*[^/]*\.yaml|values[^/]*\.(?:yml|yaml)|kustomization\.(?:yml|yaml)|(?:k8s|kubernetes|manifests|helm|charts|deploy\/k8s)\/(?:[^/]+\/)*[^/]*\.(?:yml|yaml)|(?:Chart|helmfile|skaffold)\.(?:yml|yaml)|credentials-velero)$/i, text: null },
  { useCase: "container", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:(?:Dockerfile|Containerfile)[^/]*|[^/]*\.(?:dockerfile|containerfile)|(?:docker-compose|compose)[^/]*\.(?:yml|yaml)|\.devcontainer\/.+|\.devcontainer\.json|\.docker\/config\.json|var\/lib\/docker\/containers\/[^/]*\/config\.v2\.json|etc\/containers\/.+|etc\/docker\/daemon\.json|(?:task-definition|taskdef)[^/]*\.json|ecs-params\.(?:yml|yaml))$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:var\/lib\/cloud\/instance\/user-data\.txt[^/]*|var\/lib\/cloud\/instances\/[^/]*\/(?:user-data\.txt[^/]*|vendor-data\.txt[^/]*|scripts\/[^/]*)|(?:user-data|userdata|cloud-init)[^/]*)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:opt\/elasticbeanstalk\/deployment\/env|opt\/elasticbeanstalk\/(?:[^/]+\/)*env[^/]*|\.ebextensions\/[^/]*\.config|\.elasticbeanstalk\/[^/]*\.(?:yml|yaml))$/i, text: null },
  { useCase: "on-premises", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:Library\/LaunchAgents\/[^/]*\.plist|Library\/LaunchAgents\/[^/]*\.plist|Library\/LaunchDaemons\/[^/]*\.plist)$/i, text: null },
  { useCase: "on-premises", rules: null, temporary: null, kinds: null, path: /(?:^|\/)Windows\/System32\/Tasks\/.+$/i, text: null },
  { useCase: "ses-smtp", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/postfix\/sasl_passwd[^/]*|(?:sasl_passwd|sasl_password)[^/]*|etc\/exim4\/passwd\.client|etc\/ssmtp\/ssmtp\.conf|(?:\.msmtprc|msmtprc)|etc\/msmtprc|etc\/mail\/authinfo[^/]*)$/i, text: null },
  { useCase: "backup-tool", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.s3cfg[^/]*|AppData\/Roaming\/s3cmd\.ini|\.config\/s3cfg|\.config\/rclone\/rclone\.conf|\.rclone\.conf|AppData\/Roaming\/rclone\/rclone\.conf|rclone[^/]*\.conf|\.s3ql\/authinfo2|[^/]*(?:pgbackrest|restic|borg|borgmatic|autorestic|litestream|duply|duplicity|barman|medusa|kopia)[^/]*\.(?:conf|cfg|ini|env|yml|yaml|toml|json|config)|etc\/(?:borgmatic|borgmatic\.d|restic|resticprofile|duply|barman\.d)\/.+|\.duply\/.+|\.config\/(?:kopia|borg|borgmatic|restic)\/.+|kopia\/[^/]*\.config|etc\/wal-e\.d\/env\/[^/]*|\.walg\.json|etc\/(?:pgbackrest\.conf|litestream\.yml)|\.cloudberry\/.+)$/i, text: null },
  { useCase: "backup-tool", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/passwd-s3fs|(?:\.passwd-s3fs|passwd-s3fs)[^/]*|\.s3backer_passwd|\.s3b_config|s3proxy[^/]*\.conf)$/i, text: null },
  { useCase: "log-shipper", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/(?:fluent|fluentd|fluent-bit|td-agent|td-agent-bit|vector|logstash|telegraf|filebeat|loki|thanos|mimir|tempo|prometheus)\/.+|(?:fluent|fluentd|fluent-bit|td-agent|vector|logstash|telegraf|filebeat|promtail|loki|thanos|mimir|tempo|prometheus)[^/]*\.(?:conf|cfg|yml|yaml|toml)|logstash\/(?:[^/]+\/)*[^/]*\.conf|etc\/grafana\/.+|grafana\.ini)$/i, text: null },
  { useCase: "data-warehouse", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:(?:core|hdfs|hive|yarn)-site\.xml|(?:spark-defaults|flink-conf)[^/]*\.(?:conf|yml|yaml)|etc\/catalog\/[^/]*\.properties|\.dbt\/profiles\.yml|profiles\.yml|\.snowsql\/.+|\.snowflake\/.+|\.snowflake\/.+|\.databrickscfg|airflow\.cfg|\.dvc\/config[^/]*|\.config\/dvc\/config)$/i, text: null },
  { useCase: "saas", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.vercel\/.+|vercel\.json|\.netlify\/.+|netlify\.toml|(?:fly|render|railway)\.(?:toml|yaml|json)|datadog[^/]*\.(?:yml|yaml)|etc\/datadog-agent\/.+|\.fly\/.+|\.fastly\/.+|fastly\.toml)$/i, text: null },
  { useCase: "codecommit", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.git-credentials|\.config\/git\/credentials)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/systemd\/(?:[^/]+\/)*[^/]*\.(?:service|conf|timer)|(?:lib|usr\/lib|usr\/local\/lib)\/systemd\/system\/(?:[^/]+\/)*[^/]*\.(?:service|conf)|\.config\/systemd\/user\/.+|[^/]*\.service)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/crontab|etc\/cron\.[^/]*\/[^/]*|etc\/anacrontab|var\/spool\/cron\/.+|usr\/lib\/cron\/tabs\/[^/]*|(?:crontab|[^/]*\.crontab))$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/environment|etc\/environment\.d\/[^/]*\.conf|etc\/profile|etc\/profile\.d\/[^/]*|etc\/(?:bash\.bashrc|bashrc|zshenv|zsh\/zshenv)|etc\/default\/[^/]*|etc\/sysconfig\/.+)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/supervisor\/(?:[^/]+\/)*[^/]*\.conf|etc\/supervisord[^/]*|\.pm2\/dump\.pm2[^/]*|ecosystem\.config\.(?:js|cjs|json)|etc\/php\/[^/]*\/fpm\/pool\.d\/[^/]*\.conf|etc\/uwsgi\/(?:[^/]+\/)*[^/]*\.ini|etc\/(?:apache2|httpd|nginx)\/.+|etc\/init\.d\/[^/]*|\.htaccess)$/i, text: null },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.acme\.sh\/(?:[^/]+\/)*[^/]*\.conf|etc\/letsencrypt\/(?:[^/]+\/)*[^/]*\.(?:ini|conf)|etc\/(?:traefik|caddy|octodns)\/.+|Caddyfile)$/i, text: null },
  { useCase: "application-configuration", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:etc\/gitlab\/gitlab\.rb|etc\/docker\/registry\/config\.yml|opt\/mattermost\/config\/config\.json|binarystore\.xml|var\/discourse\/containers\/[^/]*\.yml|var\/www\/(?:[^/]+\/)*config\.php|nextcloud\/config\/config\.php)$/i, text: null },
  { useCase: "application-configuration", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:\.env|\.env\.[^/]*|\.env-[^/]*|[^/]*\.env|\.envrc[^/]*|(?:\.mise[^/]*|mise)\.toml|\.dev\.vars[^/]*|\.flaskenv)$/i, text: null },
  { useCase: "application-configuration", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:(?:web|app|applicationHost)\.config|appsettings[^/]*\.json|UserSecrets\/[^/]*\/secrets\.json|wp-config[^/]*\.php|config\/filesystems\.php|settings[^/]*\.py|config\/(?:storage|s3|carrierwave|aws|secrets|application)\.(?:yml|yaml)|(?:application|bootstrap)[^/]*\.(?:properties|yml|yaml)|config\/[^/]*\.(?:json|js|ts|php|toml|ini|exs))$/i, text: null },
  { useCase: "kubernetes", rules: null, temporary: null, kinds: null, path: null, text: /^\s{0,8}kind:\s{0,4}["']?(?:Secret|SecretList|ConfigMap|Deployment|StatefulSet|DaemonSet|CronJob|Pod)\b|"kind":\s{0,4}"(?:Secret|ConfigMap|Pod|Deployment)"|secretGenerator:/im },
  { useCase: "data-warehouse", rules: null, temporary: null, kinds: null, path: null, text: /AWS_KEY_ID\s{0,4}=\s{0,4}'[^']{0,64}'\s{0,4},?\s{0,4}AWS_SECRET_KEY|aws_access_key_id=[^;]{0,64};\s{0,4}aws_secret_access_key=|\b(?:STORAGE_INTEGRATION|CREATE\s{1,4}(?:OR\s{1,4}REPLACE\s{1,4})?(?:TEMPORARY\s{1,4})?STAGE|COPY\s{1,4}INTO|UNLOAD\s{0,4}\()|^\s{0,8}COPY\s.{0,200}\bFROM\s{1,4}'s3:\/\/|\bfs\.s3[an]?\.(?:access|secret|awsAccess|awsSecret)|snowflakecomputing\.com|\bsnowflake\b|\.databricks\.com/im },
  { useCase: "ses-smtp", rules: null, temporary: null, kinds: null, path: null, text: /email-smtp\.[a-z0-9-]{1,24}\.amazonaws\.com/im },
  { useCase: "lambda", rules: null, temporary: null, kinds: null, path: null, text: /AWS::(?:Serverless|Lambda)::Function|\bdef lambda_handler\(|\bexports\.handler\s{0,4}=|Transform:\s{0,4}["']?AWS::Serverless/im },
  { useCase: "infrastructure-code", rules: null, temporary: null, kinds: null, path: null, text: /AWSTemplateFormatVersion|\baws:(?:access|secret)Key\b|^provider\s{1,4}"aws"|amazon\.aws\.|community\.aws\.|^\s{0,8}-?\s{0,4}ec2_(?:access|secret)_key:/im },
  { useCase: "ci-github", rules: null, temporary: null, kinds: null, path: null, text: /aws-actions\/configure-aws-credentials|^\s{0,8}uses:\s{0,4}[a-z0-9-]{1,40}\//im },
  { useCase: "coding-agent", rules: null, temporary: null, kinds: null, path: null, text: /"mcpServers"\s{0,4}:/im },
  { useCase: "saas", rules: null, temporary: null, kinds: null, path: null, text: /datadoghq\.(?:com|eu)|api\.(?:[a-z0-9]{2,4}\.)?sumologic\.com|api\.fastly\.com|api\.newrelic\.com|api\.vercel\.com|heroku\s{1,4}config:set|\bBUCKETEER_AWS_/im },
  { useCase: "s3-upload", rules: null, temporary: null, kinds: null, path: null, text: /[?&]X-Amz-Signature=|\b(?:generate_presigned_(?:url|post)|createPresignedPost|getSignedUrl|createPresignedUrl|GeneratePresignedUrl)\b/im },
  { useCase: "ec2-or-server", rules: null, temporary: null, kinds: null, path: null, text: /^\[Service\]$|^Environment(?:File)?=|^#cloud-config/im },
  { useCase: "person", rules: null, temporary: null, kinds: null, path: null, text: /^\[(?:default|profile\s[^\]]{1,64})\]/im },
  { useCase: "source-code", rules: null, temporary: null, kinds: null, path: /(?:^|\/)(?:[^/]*\.(?:java|kt|kts|scala|groovy|clj|py|pyw|ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte|go|rb|rake|erb|php|cs|vb|fs|rs|c|cc|cpp|h|hpp|m|mm|swift|dart|lua|pl|pm|r|jl|ex|exs|erl|hs|ps1|psm1|sh|bash|zsh|fish|bat|cmd|gradle|sbt|html|htm|jsp|aspx|cshtml)|(?:Makefile|Rakefile|Gemfile|Procfile|justfile)|[^/]*\.(?:jar|war|class|dll|exe|pyc|apk|ipa|dex)\/.+|[^/]*\.(?:class|dll|exe|pyc|apk|ipa|dex|so|dylib))$/i, text: null },
  { useCase: "application-configuration", rules: null, temporary: null, kinds: null, path: /(?:^|\/)[^/]*\.(?:json|json5|jsonc|yml|yaml|toml|ini|cfg|conf|config|properties|xml|plist|sql|dump|env|edn|hocon)$/i, text: null },
  ];
}
